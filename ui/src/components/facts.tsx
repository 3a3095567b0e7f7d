import { Box, Typography } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  /** Name and value; a value that is undefined is left out. */
  readonly facts: readonly (readonly [string, ReactNode])[];
}

/** Names and values below each other. */
export function Facts({ facts }: Props): ReactElement {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: 'max-content minmax(0, 1fr)',
        columnGap: 3,
        rowGap: 0.75,
        alignItems: 'baseline',
      }}
    >
      {facts.map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <Box key={name} sx={{ display: 'contents' }}>
            <Typography component="dt" variant="body2" color="text.secondary">
              {name}
            </Typography>
            <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere' }}>
              {value}
            </Typography>
          </Box>
        ),
      )}
    </Box>
  );
}
