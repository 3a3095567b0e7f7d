import type { ResponseOf } from '@xbundle/backend/contract';
import { Alert, Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { useQuery } from '../../client/use-query.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { Queried } from '../../components/queried.tsx';
import { useHost } from '../../host/host-context.tsx';
import { printable } from '../../format/printable.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { BuildOptions } from './build-options.tsx';
import { choosable, chosenCells, obstacleTo, toBuildRequest, type Choice } from './choice.ts';
import { FindingsPanel } from './findings-panel.tsx';
import { PlanMatrix } from './plan-matrix.tsx';

type Plan = ResponseOf<'plan'>;

interface Props {
  readonly project: ResponseOf<'project'>;
  readonly files: readonly string[];
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** Checks, matrix, what to do with the result, and the start. */
export function PlanBody({ project, files, choice, onChoice }: Props): ReactElement {
  const { directory } = project;
  const { platforms, builder, tag } = choice;
  const which = {
    directory,
    ...(files.length > 0 && { files: [...files] }),
    ...(platforms.length > 0 && { platforms }),
  };
  const request = { ...which, ...(builder !== '' && { builder }), ...(tag !== '' && { tag }) };
  const plan = useQuery(JSON.stringify(request), (client, signal) => client.plan(request, { signal }));
  const doctor = useQuery(`doctor ${JSON.stringify(which)}`, (client, signal) =>
    client.doctor(which, { signal }),
  );
  return (
    <>
      <FindingsPanel
        query={doctor}
        onFixed={() => {
          doctor.reload();
          plan.reload();
        }}
      />
      <Queried query={plan} rows={8}>
        {(value) => (
          <>
            <MatrixPanel plan={value} choice={choice} onChoice={onChoice} />
            <Panel title={<ResultTitle />}>
              <BuildOptions choice={choice} onChoice={onChoice} directory={directory} />
            </Panel>
            <StartBar plan={value} directory={directory} files={files} choice={choice} />
          </>
        )}
      </Queried>
    </>
  );
}

function ResultTitle(): string {
  return useText().build.options;
}

interface MatrixProps {
  readonly plan: Plan;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

function MatrixPanel({ plan, choice, onChoice }: MatrixProps): ReactElement {
  const { build } = useText();
  const all = choosable(plan.cells).length;
  const chosen = chosenCells(plan.cells, choice).length;
  const images = new Map(plan.components.map(({ name, images: names }) => [name, names]));
  const actions = (
    <Typography variant="body2" color="text.secondary">
      {build.chosen(chosen, all)} · {printable(plan.builder)} ({plan.driver})
    </Typography>
  );
  return (
    <Panel title={build.plan} actions={actions} flush>
      <Box sx={{ overflow: 'auto', maxHeight: '60vh', pb: 1 }}>
        <PlanMatrix cells={plan.cells} images={images} choice={choice} onChoice={onChoice} />
      </Box>
      {plan.notes.map((note) => (
        <Alert key={note} severity="info" sx={{ borderRadius: 0 }}>
          {printable(note)}
        </Alert>
      ))}
    </Panel>
  );
}

interface StartProps {
  readonly plan: Plan;
  readonly directory: string;
  readonly files: readonly string[];
  readonly choice: Choice;
}

/** Stays in sight: what will happen, and the one button of the page. */
function StartBar({ plan, directory, files, choice }: StartProps): ReactElement {
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
      }}
    >
      {start.error !== undefined && <ErrorNotice error={start.error} />}
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Typography color="text.secondary" role="status" sx={{ flex: 1 }}>
          {notes.join(' ')}
        </Typography>
        <Button
          variant="contained"
          size="medium"
          startIcon={<Icon name="play" />}
          disabled={obstacle !== undefined || start.isRunning}
          onClick={() => void start.run()}
        >
          {build.start(chosen.length)}
        </Button>
      </Box>
    </Box>
  );
}
