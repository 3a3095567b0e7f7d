import { Box, Typography } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  /** In the reader's language; without it the text stands alone. */
  readonly told: string | undefined;
  /** What core says. */
  readonly text: string;
  /** Around what is read first, such as “What it breaks: …”. */
  readonly label?: (text: string) => string;
  /** `title`: of several things that are told, the first; `note`: what is told beside another. */
  readonly rank?: 'title' | 'text' | 'note';
  /** Beside what is read first. */
  readonly children?: ReactNode;
}

const WRAPPED = { overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' } as const;
const QUIET = { variant: 'body2', color: 'text.secondary' } as const;

/** Words of core, below what they mean in the reader's language where that is another. */
export function Explanation({ told, text, label, rank = 'text', children }: Props): ReactElement {
  const words = told ?? text;
  const first = label?.(words) ?? words;
  return (
    <Box>
      <Typography {...(rank === 'note' && QUIET)} sx={WRAPPED}>
        {rank === 'title' ? <strong>{first}</strong> : first} {children}
      </Typography>
      {told !== undefined && (
        <Typography lang="en" {...QUIET} sx={WRAPPED}>
          {text}
        </Typography>
      )}
    </Box>
  );
}
