import type { JobState } from '@xbundle/backend/contract';
import { Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import type { Look } from '../../components/look.ts';
import { StatusChip } from '../../components/values/status-chip.tsx';
import { useText } from '../../text/use-text.tsx';

const LOOKS: Readonly<Record<JobState, Look>> = {
  waiting: { tone: 'primary', icon: 'clock' },
  running: { tone: 'primary', icon: 'play' },
  done: { tone: 'success', icon: 'check' },
  failed: { tone: 'error', icon: 'cross' },
  cancelled: { tone: 'secondary', icon: 'stop' },
  lost: { tone: 'warning', icon: 'warning' },
};

export function JobStateChip({ state }: { readonly state: JobState }): ReactElement {
  const { job } = useText();
  const { tone, icon } = LOOKS[state];
  return (
    <Tooltip title={job.stateHelp[state]}>
      <span>
        <StatusChip tone={tone} icon={icon} label={job.states[state]} isBusy={state === 'running'} />
      </span>
    </Tooltip>
  );
}
