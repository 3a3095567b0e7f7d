import { Box, Typography } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { WIDE } from '../../theme/wide.ts';

interface Props {
  /** Name and value; a value that is undefined is left out. */
  readonly facts: readonly (readonly [string, ReactNode])[];
  /** Two beside each other where there is room. */
  readonly isWide?: boolean;
}

const ONE = 'max-content minmax(0, 1fr)';

/** Names and values below each other. */
export function Facts({ facts, isWide = false }: Props): ReactElement {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: ONE,
        ...(isWide && { [WIDE]: { gridTemplateColumns: `${ONE} ${ONE}` } }),
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
