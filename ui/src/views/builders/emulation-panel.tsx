import type { BuilderReport } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Panel } from '../../components/layout/panel.tsx';
import { PlatformTags } from '../../components/values/platform-tags.tsx';
import { useText } from '../../text/use-text.tsx';
import { JobStrip } from '../job/job-strip.tsx';
import { useStartedJob } from '../job/use-started-job.ts';

interface Props {
  readonly builders: readonly BuilderReport[] | undefined;
  readonly onChanged: () => void;
}

/** What this engine executes of other platforms, and the way to more. */
export function EmulationPanel({ builders: all = [], onChanged }: Props): ReactElement {
  const { builders } = useText();
  const started = useStartedJob('emulation', onChanged);
  const emulated = new Set(
    all
      .filter(({ driver }) => driver === 'docker')
      .flatMap(({ nodes }) => nodes.flatMap((node) => node.emulated)),
  );
  return (
    <Panel
      title={builders.emulationTitle}
      actions={
        <Button
          variant="outlined"
          disabled={started.isBusy}
          onClick={() => void started.start({ kind: 'binfmt-install' })}
        >
          {builders.install}
        </Button>
      }
    >
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Typography color="text.secondary">{builders.emulationText}</Typography>
        <PlatformTags
          platforms={[...emulated].map((platform) => ({ platform }))}
          none={<Typography color="text.secondary">{builders.nothingEmulated}</Typography>}
        />
        <JobStrip started={started} />
      </Box>
    </Panel>
  );
}
