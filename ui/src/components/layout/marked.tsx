import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../icon.tsx';
import type { Look } from '../look.ts';

interface Props {
  readonly look: Look;
  /** What the picture says, where no word beside it does. */
  readonly meaning?: string;
  /** `li` in a list. */
  readonly component?: 'div' | 'li';
  readonly children: ReactNode;
}

/** Lines of text beside the picture of what they are. */
export function Marked({ look, meaning, component = 'div', children }: Props): ReactElement {
  const { icon, tone } = look;
  return (
    <Box
      component={component}
      sx={{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', columnGap: 1.25 }}
    >
      <Icon
        name={icon}
        sx={{ color: `${tone}.main`, fontSize: '1.15rem', mt: 0.25 }}
        {...(meaning !== undefined && { titleAccess: meaning })}
      />
      <Box sx={{ display: 'grid', gap: 0.75, minWidth: 0 }}>{children}</Box>
    </Box>
  );
}
