import { Box, Typography } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  /** In the reader's language; without it the text stands alone. */
  readonly told: string | undefined;
  /** What core says. */
  readonly text: string;
  /** Of several things that are told, the first. */
  readonly isTitle?: boolean;
  /** Beside what is read first. */
  readonly children?: ReactNode;
}

/** Words of core, below what they mean in the reader's language where that is another. */
export function Explanation({ told, text, isTitle = false, children }: Props): ReactElement {
  return (
    <Box>
      <Typography sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {isTitle ? <strong>{told ?? text}</strong> : (told ?? text)} {children}
      </Typography>
      {told !== undefined && (
        <Typography
          lang="en"
          variant="body2"
          color="text.secondary"
          sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
        >
          {text}
        </Typography>
      )}
    </Box>
  );
}
