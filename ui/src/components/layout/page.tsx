import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';

/** Panels below each other, no wider than lines are read well. */
export function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <Box sx={{ maxWidth: '96rem', mx: 'auto', display: 'grid', gap: 2, minWidth: 0 }}>{children}</Box>;
}
