import { Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useText } from '../../text/use-text.tsx';

/** Rows that a list starts with, more than a screen holds, and that each press of the button adds. */
export const PAGE = 50;
/** What one answer of the backend holds. */
const MOST = 1_000;

interface Props {
  readonly shown: number;
  readonly total: number;
  readonly limit: number;
  readonly onLimit: (limit: number) => void;
}

/** How much of a list is shown, and the way to more of it. */
export function ListEnd({ shown, total, limit, onLimit }: Props): ReactElement {
  const { common } = useText();
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', px: 2, py: 1.25, minHeight: '3rem' }}>
      <Typography variant="body2" color="text.secondary">
        {common.countOf(shown, total)}
      </Typography>
      {shown < total && limit < MOST && (
        <Button
          onClick={() => {
            onLimit(Math.min(MOST, limit + PAGE));
          }}
        >
          {common.more}
        </Button>
      )}
    </Box>
  );
}
