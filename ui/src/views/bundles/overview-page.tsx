import { Box, ButtonBase, List, ListItemButton, ListItemText, Paper, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { baseName } from '../../format/host-path.ts';
import { printable } from '../../format/printable.ts';
import { formatAgo } from '../../format/time.ts';
import { usePlace } from '../../memory/place.tsx';
import { useLanguage, useText } from '../../text/use-text.tsx';

/** What a bundle is for, the three ways on, and the bundles of before. */
export function OverviewPage(): ReactElement {
  const { bundles } = useText();
  return (
    <>
      <Box sx={{ textAlign: 'center', maxWidth: '46rem', mx: 'auto', py: 3 }}>
        <Typography variant="h2">{bundles.startTitle}</Typography>
        <Typography color="text.secondary" sx={{ mt: 1 }}>
          {bundles.startText}
        </Typography>
      </Box>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
        <Way part="export" icon="download" text={bundles.exportText} />
        <Way part="open" icon="shield" text={bundles.openText} />
        <Way part="import" icon="upload" text={bundles.importText} />
      </Box>
      <RecentBundles />
    </>
  );
}

interface WayProps {
  readonly part: 'export' | 'open' | 'import';
  readonly icon: IconName;
  readonly text: string;
}

function Way({ part, icon, text }: WayProps): ReactElement {
  const { bundles } = useText();
  const { go } = usePlace();
  return (
    <Paper
      component={ButtonBase}
      variant="outlined"
      onClick={() => {
        go({ bundlePart: part, bundleJob: undefined });
      }}
      sx={{
        p: 2.5,
        display: 'grid',
        justifyItems: 'start',
        justifyContent: 'stretch',
        alignContent: 'start',
        gap: 1,
        textAlign: 'left',
        '&:hover': { borderColor: 'primary.main' },
      }}
    >
      <Icon name={icon} sx={{ fontSize: '1.75rem', color: 'primary.main' }} />
      <Typography variant="h2" component="h3">
        {bundles.parts[part]}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {text}
      </Typography>
    </Paper>
  );
}

function RecentBundles(): ReactElement {
  const { bundles } = useText();
  const language = useLanguage();
  const { go } = usePlace();
  const query = useQuery('recent bundles', (client, signal) => client.recentBundles({}, { signal }));
  return (
    <Panel title={bundles.recent} flush>
      <Queried query={query} rows={2}>
        {({ bundles: recent }) =>
          recent.length === 0 ? (
            <Typography color="text.secondary" sx={{ px: 2, pb: 2 }}>
              {bundles.noRecent}
            </Typography>
          ) : (
            <List dense disablePadding component="div">
              {recent.map(({ path, lastUsed }) => (
                <ListItemButton
                  key={path}
                  onClick={() => {
                    go({ bundlePart: 'open', bundle: path, bundleJob: undefined });
                  }}
                >
                  <ListItemText primary={printable(baseName(path))} secondary={<Mono text={path} />} />
                  <Typography variant="body2" color="text.secondary">
                    {formatAgo(lastUsed, language)}
                  </Typography>
                </ListItemButton>
              ))}
            </List>
          )
        }
      </Queried>
    </Panel>
  );
}
