import type { ImportPlanReport } from '@xbundle/backend/contract';
import { Box, Button } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { useQuery, type Query } from '../../client/use-query.ts';
import { Beside } from '../../components/layout/beside.tsx';
import { EmptyState } from '../../components/states/empty-state.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { PathField } from '../../components/fields/path-field.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { useDebounced } from '../../components/fields/use-debounced.ts';
import { usePlace } from '../../memory/place.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import { FIRST_IMPORT, importChoiceSchema, toImportRequest } from './import-choice.ts';
import { ImportPlanView } from './import-plan-view.tsx';
import { ImportTarget } from './import-target.tsx';

/** From a file into a target: what would change is shown before anything does. */
export function ImportPage(): ReactElement {
  const { bundles, common } = useText();
  const { place, go } = usePlace();
  const [choice, setChoice] = useRemembered('import', importChoiceSchema, FIRST_IMPORT);
  const request = toImportRequest(place.bundle ?? '', choice);
  const asked = useDebounced(request);
  const plan = useQuery(asked && `import ${JSON.stringify(asked)}`, (client, signal) => {
    if (asked === undefined) throw new Error('nothing is chosen');
    return client.importPlan(asked, { signal });
  });
  const start = useAction(async (client) => {
    if (request === undefined) return;
    const { id } = await client.startJob({ job: { kind: 'import', ...request } });
    go({ bundleJob: id });
  });
  return (
    <Beside
      first="aside"
      aside={
        <Panel title={bundles.parts.import}>
          <Box sx={{ display: 'grid', gap: 2, pt: 0.5 }}>
            <PathField
              question={{ kind: 'file', title: common.chooseFile }}
              label={bundles.bundleFile}
              value={place.bundle ?? ''}
              onChange={(next) => {
                go({ bundle: next === '' ? undefined : next });
              }}
            />
            <ImportTarget choice={choice} onChoice={setChoice} />
            <ErrorOf of={start} />
            <Button
              variant="contained"
              size="large"
              startIcon={<Icon name="upload" />}
              disabled={
                request === undefined ||
                plan.value === undefined ||
                plan.error !== undefined ||
                start.isRunning
              }
              onClick={() => void start.run()}
            >
              {bundles.startImport}
            </Button>
          </Box>
        </Panel>
      }
    >
      <PlanPanel query={plan} isAsked={asked !== undefined} />
    </Beside>
  );
}

interface PlanProps {
  readonly query: Query<ImportPlanReport>;
  /** Whether a bundle is chosen. */
  readonly isAsked: boolean;
}

function PlanPanel({ query, isAsked }: PlanProps): ReactElement {
  const { bundles } = useText();
  return (
    <Panel title={bundles.importPlan} flush>
      {isAsked ? (
        <Queried query={query}>{(value) => <ImportPlanView plan={value} />}</Queried>
      ) : (
        <EmptyState icon="upload" title={bundles.importPlanTitle}>
          <p>{bundles.importPlanEmpty}</p>
        </EmptyState>
      )}
    </Panel>
  );
}
