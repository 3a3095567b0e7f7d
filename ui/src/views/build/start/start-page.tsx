import { Box, Button, IconButton, List, ListItem, ListItemButton, ListItemText } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../../client/use-action.ts';
import { useQuery } from '../../../client/use-query.ts';
import { EmptyState } from '../../../components/states/empty-state.tsx';
import { ErrorOf } from '../../../components/states/error-of.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { formatAgo } from '../../../format/time.ts';
import { printable } from '../../../format/printable.ts';
import { usePlace } from '../../../memory/place.tsx';
import { useLanguage, useText } from '../../../text/use-text.tsx';
import { MatrixArt } from './matrix-art.tsx';
import { useChooseProject } from '../use-choose-project.tsx';

/** The first visit: what this tab does, the way in, and where the user was before. */
export function StartPage(): ReactElement {
  const { build, common } = useText();
  const choose = useChooseProject();
  return (
    <Box sx={{ maxWidth: '52rem', mx: 'auto', width: '100%', display: 'grid', gap: 2 }}>
      <EmptyState
        icon={<MatrixArt />}
        title={build.startTitle}
        action={
          <Button variant="contained" size="medium" startIcon={<Icon name="folder" />} onClick={choose.ask}>
            {common.chooseFolder}
          </Button>
        }
      >
        <p>{build.startText}</p>
      </EmptyState>
      {choose.dialog}
      <RecentProjects />
    </Box>
  );
}

function RecentProjects(): ReactElement | null {
  const { build } = useText();
  const language = useLanguage();
  const { go } = usePlace();
  const query = useQuery('recent projects', (client, signal) => client.recentProjects({}, { signal }));
  const forget = useAction(async (client, directory: string) => {
    await client.forgetProject({ directory });
    query.reload();
  });
  const projects = query.value?.projects ?? [];
  if (projects.length === 0) return null;
  return (
    <Panel title={build.recent} flush>
      <ErrorOf of={forget} />
      <List dense disablePadding>
        {projects.map(({ directory, name, lastUsed }) => (
          <ListItem
            key={directory}
            disablePadding
            secondaryAction={
              <IconButton
                aria-label={build.forget(printable(name))}
                onClick={() => void forget.run(directory)}
              >
                <Icon name="cross" />
              </IconButton>
            }
          >
            <ListItemButton
              onClick={() => {
                go({ project: directory, files: undefined });
              }}
            >
              <ListItemText primary={printable(name)} secondary={<Mono text={directory} />} />
              <Box sx={{ color: 'text.secondary', fontSize: '0.75rem', pr: 2 }}>
                {formatAgo(lastUsed, language)}
              </Box>
            </ListItemButton>
          </ListItem>
        ))}
      </List>
    </Panel>
  );
}
