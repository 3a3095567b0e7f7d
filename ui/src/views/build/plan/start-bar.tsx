import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../../client/use-action.ts';
import { ErrorOf } from '../../../components/states/error-of.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useHost } from '../../../host/host-context.tsx';
import { usePlace } from '../../../memory/place.tsx';
import { useText } from '../../../text/use-text.tsx';
import { WIDE } from '../../../theme/wide.ts';
import { chosenCells, obstacleTo, toBuildRequest, type Choice } from './choice.ts';

interface Props {
  readonly plan: ResponseOf<'plan'>;
  readonly directory: string;
  readonly files: readonly string[];
  readonly choice: Choice;
}

/** Stays in sight: what will happen, and the one button of the page. */
export function StartBar({ plan, directory, files, choice }: Props): ReactElement {
  const { build } = useText();
  const { go } = usePlace();
  const { startTabBuild } = useHost();
  const chosen = chosenCells(plan.cells, choice);
  const obstacle = obstacleTo(plan.cells, choice);
  const impossible = chosen.filter(({ how }) => how === 'impossible').length;
  const start = useAction(async (client) => {
    const job = toBuildRequest({ directory, files, cells: plan.cells, choice });
    const isInTab = choice.inTab && startTabBuild !== undefined;
    const { id } = await (isInTab ? startTabBuild(job) : client.startJob({ job }));
    go({ build: id });
  });
  const notes = [
    obstacle !== undefined && build[obstacle],
    impossible > 0 && build.skipImpossible(impossible),
  ].filter((each) => each !== false);
  return (
    <Box
      sx={{
        position: 'sticky',
        // Over the space that the page leaves at its end.
        bottom: (theme) => theme.spacing(-2),
        mb: -2,
        py: 1.5,
        display: 'grid',
        gap: 1,
        bgcolor: 'background.default',
        borderTop: 1,
        borderColor: 'divider',
        zIndex: 4,
        [WIDE]: { position: 'static', mb: 0, py: 0, border: 0 },
      }}
    >
      <ErrorOf of={start} />
      <Button
        variant="contained"
        size="large"
        startIcon={<Icon name="play" />}
        disabled={obstacle !== undefined || start.isRunning}
        onClick={() => void start.run()}
      >
        {build.start(chosen.length)}
      </Button>
      <Typography variant="body2" color="text.secondary" role="status">
        {notes.join(' ')}
      </Typography>
    </Box>
  );
}
