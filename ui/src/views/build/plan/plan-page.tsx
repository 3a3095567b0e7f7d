import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, Link } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../../client/use-query.ts';
import { EmptyState } from '../../../components/states/empty-state.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { usePlace } from '../../../memory/place.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { choiceSchema, FIRST_CHOICE } from './choice.ts';
import { PlanBody } from './plan-body.tsx';
import { PlanHeader } from './plan-header.tsx';
import { useChooseProject } from '../use-choose-project.tsx';

type Project = ResponseOf<'project'>;

/** A project before it is built. */
export function PlanPage({ directory }: { readonly directory: string }): ReactElement {
  const query = useQuery(`project ${directory}`, (client, signal) =>
    client.project({ directory }, { signal }),
  );
  return (
    <Queried query={query} rows={8}>
      {(project) => (project.definitions.length === 0 ? <NothingToBuild /> : <Plan project={project} />)}
    </Queried>
  );
}

function Plan({ project }: { readonly project: Project }): ReactElement {
  const { place, go } = usePlace();
  const [choice, setChoice] = useRemembered(`choice ${project.directory}`, choiceSchema, FIRST_CHOICE);
  const files = place.files ?? [];
  return (
    <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      <PlanHeader
        project={project}
        files={files}
        onFiles={(next) => {
          go({ files: next.length === 0 ? undefined : next });
        }}
      />
      <PlanBody project={project} files={files} choice={choice} onChoice={setChoice} />
    </Box>
  );
}

const EXAMPLE = `name: app
version: v1
platforms: [linux/amd64, linux/arm64]
components:
  app:
    context: .
    tags: app:v1`;

function NothingToBuild(): ReactElement {
  const { build, common } = useText();
  const { go } = usePlace();
  const choose = useChooseProject();
  return (
    <>
      <EmptyState
        icon="folder"
        title={build.noDefinitionTitle}
        action={
          <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
            <Button variant="contained" startIcon={<Icon name="folder" />} onClick={choose.ask}>
              {common.chooseFolder}
            </Button>
            <Link
              component="button"
              onClick={() => {
                go({ project: undefined, files: undefined });
              }}
            >
              {build.recent}
            </Link>
          </Box>
        }
      >
        <p>{build.noDefinition}</p>
        <Box
          component="pre"
          sx={{ textAlign: 'left', bgcolor: 'action.hover', borderRadius: 1, p: 2, mt: 2 }}
        >
          {EXAMPLE}
        </Box>
      </EmptyState>
      {choose.dialog}
    </>
  );
}
