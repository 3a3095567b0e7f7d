import { hasEnded, type JobSummary } from '@xbundle/backend/contract';
import { Box, Button, CircularProgress, Menu, MenuItem, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { printable } from '../../format/printable.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { placeOfJob } from '../job/place-of-job.ts';
import { JobProgressBar } from '../job/job-progress.tsx';

const POLL_MS = 3_000;

/** Jobs that go on, from wherever they were started; nothing while there is none. */
export function RunningJobs(): ReactElement | null {
  const { common, job: texts } = useText();
  const { go } = usePlace();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const { value } = useQuery('running', (client, signal) => client.jobs({ limit: 50 }, { signal }), POLL_MS);
  const running = (value?.jobs ?? []).filter(({ state }) => !hasEnded(state));
  const open = (job: JobSummary): void => {
    setAnchor(undefined);
    go(placeOfJob(job));
  };
  if (running.length === 0) return null;
  return (
    <>
      <Button
        aria-haspopup="menu"
        startIcon={<CircularProgress size="0.875rem" color="inherit" aria-hidden />}
        onClick={(event) => {
          setAnchor(event.currentTarget);
        }}
        sx={{ whiteSpace: 'nowrap' }}
      >
        {common.runningJobs(running.length)}
      </Button>
      <Menu
        open={anchor !== undefined}
        anchorEl={anchor ?? null}
        onClose={() => {
          setAnchor(undefined);
        }}
      >
        {running.map((job) => (
          <MenuItem
            key={job.id}
            onClick={() => {
              open(job);
            }}
          >
            <Box sx={{ width: '22rem', display: 'grid', gap: 0.5, whiteSpace: 'normal' }}>
              <Typography sx={{ overflowWrap: 'anywhere' }}>
                {texts.kinds[job.kind]}: {printable(job.title)}
              </Typography>
              <JobProgressBar job={job} />
            </Box>
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
