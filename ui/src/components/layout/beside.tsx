import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { WIDE } from '../../theme/wide.ts';

interface Props {
  readonly children: ReactNode;
  /** What stays in sight beside the content: what is decided about it. */
  readonly aside: ReactNode;
  /** Which comes first, to the eye and to the Tab key: in a narrow window they stand below each other. */
  readonly first?: 'content' | 'aside';
}

const ASIDE = '21rem';
const REST = 'minmax(0, 1fr)';

/** Content, and what is decided about it. */
export function Beside({ children, aside, first = 'content' }: Props): ReactElement {
  const content = (
    <Box key="content" sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      {children}
    </Box>
  );
  const side = (
    // In a narrow window what is beside the content stands below it, and may stay in sight at its end.
    <Box
      key="aside"
      sx={{
        display: 'contents',
        [WIDE]: { display: 'grid', gap: 2, minWidth: 0, position: 'sticky', top: 0 },
      }}
    >
      {aside}
    </Box>
  );
  const isContentFirst = first === 'content';
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: 'column',
        gap: 2,
        [WIDE]: {
          display: 'grid',
          alignItems: 'start',
          gridTemplateColumns: isContentFirst ? `${REST} ${ASIDE}` : `${ASIDE} ${REST}`,
        },
      }}
    >
      {isContentFirst ? [content, side] : [side, content]}
    </Box>
  );
}
