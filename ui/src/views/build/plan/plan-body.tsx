import type { ResponseOf } from '@xbundle/backend/contract';
import { Alert, Box } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../../client/use-query.ts';
import { Beside } from '../../../components/layout/beside.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { printable } from '../../../format/printable.ts';
import { toldText } from '../../../text/told-text.ts';
import { useText } from '../../../text/use-text.tsx';
import type { Choice } from './choice.ts';
import { FindingsPanel } from '../checks/findings-panel.tsx';
import { HowSummary } from './how-summary.tsx';
import { LintPanel } from '../checks/lint-panel.tsx';
import { PlanMatrix } from './plan-matrix.tsx';
import { PlanSettings } from './plan-settings.tsx';
import { StartBar } from './start-bar.tsx';

type Plan = ResponseOf<'plan'>;

interface Props {
  readonly project: ResponseOf<'project'>;
  readonly files: readonly string[];
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** What stands in the way, the matrix, what is decided, and the start. */
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
  const lint = useQuery(`lint ${JSON.stringify(which)}`, (client, signal) => client.lint(which, { signal }));
  return (
    <Beside
      aside={
        <>
          <PlanSettings project={project} choice={choice} onChoice={onChoice} />
          {plan.value !== undefined && (
            <StartBar plan={plan.value} directory={directory} files={files} choice={choice} />
          )}
        </>
      }
    >
      <FindingsPanel
        query={doctor}
        onFixed={() => {
          doctor.reload();
          plan.reload();
        }}
      />
      <Queried query={plan} rows={8}>
        {(value) => <MatrixPanel plan={value} choice={choice} onChoice={onChoice} />}
      </Queried>
      <LintPanel query={lint} />
    </Beside>
  );
}

interface MatrixProps {
  readonly plan: Plan;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

function MatrixPanel({ plan, choice, onChoice }: MatrixProps): ReactElement {
  const { build, explained } = useText();
  const images = new Map(plan.components.map(({ name, images: names }) => [name, names]));
  return (
    <Panel title={build.plan} actions={<HowSummary plan={plan} choice={choice} />} flush>
      <Box sx={{ overflow: 'auto', maxHeight: '75vh', pb: 1 }}>
        <PlanMatrix cells={plan.cells} images={images} choice={choice} onChoice={onChoice} />
      </Box>
      {plan.notes.map((note) => (
        <Alert key={note.message} severity="info" sx={{ borderRadius: 0 }}>
          {printable(toldText(note, explained))}
        </Alert>
      ))}
    </Panel>
  );
}
