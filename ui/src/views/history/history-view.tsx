import type { ReactElement } from 'react';
import { usePlace } from '../../memory/place.tsx';
import { TransferPage } from '../job/transfer-page.tsx';
import { HistoryList } from './history-list.tsx';
import { Box } from '@mui/material';

/** The History tab: all jobs, or one that has no page of its own elsewhere. */
export function HistoryView(): ReactElement {
  const { place, go } = usePlace();
  const id = place.historyJob;
  if (id === undefined) return <HistoryList />;
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <TransferPage
        id={id}
        onClose={() => {
          go({ historyJob: undefined });
        }}
      />
    </Box>
  );
}
