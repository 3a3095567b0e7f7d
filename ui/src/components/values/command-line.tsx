import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { formatCommand } from '../../format/command-line.ts';
import { CopyButton } from './copy-button.tsx';
import { Mono } from './mono.tsx';

interface Props {
  readonly args: readonly string[];
  readonly what: string;
}

/** A command to read and to copy. */
export function CommandLine({ args, what }: Props): ReactElement {
  const text = formatCommand(args);
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'flex-start',
        gap: 1,
        bgcolor: 'action.hover',
        borderRadius: 1,
        pl: 1.5,
        pr: 0.5,
        py: 0.5,
        minWidth: 0,
      }}
    >
      <Mono text={text} sx={{ flex: 1, minWidth: 0, py: 0.5 }} />
      <CopyButton text={text} what={what} />
    </Box>
  );
}
