import { hasEnded, type JobSummary } from '@xbundle/backend/contract';
import { Badge, Box, IconButton, Menu, MenuItem, Tooltip, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { Icon } from '../../components/icon.tsx';
import { printable } from '../../format/printable.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { placeOfJob } from '../job/place-of-job.ts';
import { JobProgressBar } from '../job/job-progress.tsx';

const POLL_MS = 3_000;

/** Jobs that go on, from wherever they were started. */
export function RunningJobs(): ReactElement {
  const { common, job: texts } = useText();
  const { go } = usePlace();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const { value } = useQuery('running', (client, signal) => client.jobs({ limit: 50 }, { signal }), POLL_MS);
  const running = (value?.jobs ?? []).filter(({ state }) => !hasEnded(state));
  const label = running.length === 0 ? common.noRunningJobs : common.runningJobs(running.length);
  const open = (job: JobSummary): void => {
    setAnchor(undefined);
    go(placeOfJob(job));
  };
  return (
    <>
      <Tooltip title={label}>
        <span>
          <IconButton
            aria-label={label}
            aria-haspopup="menu"
            disabled={running.length === 0}
            onClick={(event) => {
              setAnchor(event.currentTarget);
            }}
          >
            {running.length === 0 ? (
              <Icon name="play" sx={{ fontSize: '1.25rem' }} />
            ) : (
              <Badge badgeContent={running.length} color="primary">
                <Icon name="play" sx={{ fontSize: '1.25rem' }} />
              </Badge>
            )}
          </IconButton>
        </span>
      </Tooltip>
      <Menu
        open={anchor !== undefined && running.length > 0}
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
