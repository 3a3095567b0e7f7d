import { Box, Paper, Typography, type SxProps, type Theme } from '@mui/material';
import { useId, type ReactElement, type ReactNode } from 'react';
import { allSx } from '../all-sx.ts';

interface Props {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Content that has its own edges, such as a table. */
  readonly flush?: boolean;
  readonly sx?: SxProps<Theme>;
}

/** A titled surface: the one frame that everything on a page stands in. */
export function Panel({ title, actions, children, flush = false, sx = {} }: Props): ReactElement {
  const id = useId();
  return (
    <Paper
      variant="outlined"
      component="section"
      aria-labelledby={title === undefined ? undefined : id}
      sx={allSx({ minWidth: 0, display: 'flex', flexDirection: 'column' }, sx)}
    >
      {(title !== undefined || actions !== undefined) && (
        <Box
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1,
            px: 2,
            py: 1,
            minHeight: '3rem',
            flexWrap: 'wrap',
          }}
        >
          <Typography id={id} variant="h3" component="h2" sx={{ flex: 1, minWidth: 0 }}>
            {title}
          </Typography>
          {actions}
        </Box>
      )}
      <Box
        sx={{
          minWidth: 0,
          minHeight: 0,
          flex: 1,
          ...(flush ? {} : { px: 2, pb: 2, pt: title === undefined ? 2 : 0 }),
        }}
      >
        {children}
      </Box>
    </Paper>
  );
}
