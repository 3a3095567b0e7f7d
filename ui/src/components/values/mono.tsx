import { Box, type BoxProps } from '@mui/material';
import type { ReactElement } from 'react';
import { allSx } from '../all-sx.ts';
import { printable } from '../../format/printable.ts';
import { MONOSPACE } from '../../theme/theme.ts';

interface Props extends Omit<BoxProps, 'children'> {
  /** From outside: what cannot be seen in it is shown. */
  readonly text: string;
}

/** A name, path or digest, as it is. */
export function Mono({ text, sx = {}, ...rest }: Props): ReactElement {
  return (
    <Box
      component="span"
      sx={allSx({ fontFamily: MONOSPACE, fontSize: '0.92em', overflowWrap: 'anywhere' }, sx)}
      {...rest}
    >
      {printable(text)}
    </Box>
  );
}
