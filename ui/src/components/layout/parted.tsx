import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { PartTabs, type PartTabsProps } from './part-tabs.tsx';

interface Props<Name extends string> extends PartTabsProps<Name> {
  /** The part that is shown. */
  readonly children: ReactNode;
}

/** A page of several parts: their tabs, and below them panels of the one that is shown. */
export function Parted<Name extends string>({ children, ...tabs }: Props<Name>): ReactElement {
  const { value, panel } = tabs;
  return (
    <>
      <PartTabs {...tabs} />
      <Box
        id={panel}
        role="tabpanel"
        aria-labelledby={`${panel}-${value}`}
        sx={{ display: 'grid', gap: 2, minWidth: 0 }}
      >
        {children}
      </Box>
    </>
  );
}
