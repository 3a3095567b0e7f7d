import { hasEnded, type Job } from '@xbundle/backend/contract';
import { Alert, Box } from '@mui/material';
import type { SystemStyleObject } from '@mui/system';
import type { Theme } from '@mui/material/styles';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useJob } from '../../../client/use-job.ts';
import { ErrorNotice } from '../../../components/states/error-notice.tsx';
import { Loading } from '../../../components/states/loading.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { useNow } from '../../../components/use-now.ts';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { RUN_PARTS, RunDetail } from './run-detail.tsx';
import { RunHeader } from './run-header.tsx';
import { RunMatrix } from './run-matrix.tsx';

/** So many platforms at most leave room for a log beside them. */
const BESIDE = 3;

/** What is looked at of a run. */
const shownSchema = z.object({ cell: z.string().exactOptional(), part: z.enum(RUN_PARTS) });

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** A build, while it runs and after: its matrix, and what is known of one cell. */
export function RunPage({ id, onClose }: Props): ReactElement {
  const { common } = useText();
  const { job, error } = useJob(id);
  const isGone = error?.code === 'NOT_FOUND';
  if (job === undefined) {
    return error === undefined ? (
      <Loading rows={8} />
    ) : (
      <ErrorNotice error={error} onRetry={isGone ? onClose : undefined} />
    );
  }
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1.5, height: '100%', minHeight: '32rem' }}>
      <Box sx={{ display: 'grid', gap: 1 }}>
        {error !== undefined && <Alert severity="warning">{common.backendGone}</Alert>}
        <RunHeader job={job} onClose={onClose} />
      </Box>
      <Run job={job} />
    </Box>
  );
}

function Run({ job }: { readonly job: Job }): ReactElement {
  const [shown, setShown] = useRemembered(`run ${job.id}`, shownSchema, { part: 'cell' });
  const now = useNow(!hasEnded(job.state));
  // What failed first is what most want to read.
  const worst = job.cells.find(({ state }) => state === 'failed')?.id;
  const cell = job.cells.find(({ id }) => id === (shown.cell ?? worst));
  const choose = (id: string): void => {
    setShown({ ...shown, cell: id });
  };
  const platforms = new Set(job.cells.map(({ platform }) => platform)).size;
  return (
    <Box sx={{ flex: 1, minHeight: 0, display: 'grid', gap: 1.5, ...layoutFor(platforms) }}>
      <Panel flush sx={{ overflow: 'hidden' }}>
        <Box sx={{ overflow: 'auto', height: '100%' }}>
          <RunMatrix cells={job.cells} chosen={cell?.id} onChoose={choose} now={now} />
        </Box>
      </Panel>
      <RunDetail
        job={job}
        cell={cell}
        now={now}
        part={shown.part}
        onPart={(part) => {
          setShown({ ...shown, part });
        }}
        onChoose={choose}
      />
    </Box>
  );
}

/** A narrow matrix stands beside what is told of a cell, a wide one above it. */
function layoutFor(platforms: number): SystemStyleObject<Theme> {
  const above = { gridTemplateRows: 'minmax(0, 2fr) minmax(0, 3fr)' };
  if (platforms > BESIDE) return above;
  const beside = { gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 6fr)', gridTemplateRows: 'minmax(0, 1fr)' };
  return { ...above, '@media (min-width: 70rem)': beside };
}
