import { Box, Tab, Tabs, Tooltip, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { StatusChip } from '../../components/status-chip.tsx';
import { TABS, usePlace, type Tab as TabName } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { RunningJobs } from './running-jobs.tsx';

const FACTS_MS = 30_000;

/** Name, parts, and what goes on: the same on every tab. */
export function ShellHeader(): ReactElement {
  const { common } = useText();
  const { place, go } = usePlace();
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 3,
        px: 3,
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <Box sx={{ py: 1 }}>
        <Typography variant="h1">{common.appName}</Typography>
        <Typography
          variant="body2"
          color="text.secondary"
          sx={{ display: { xs: 'none', lg: 'block' }, whiteSpace: 'nowrap', fontSize: '0.75rem' }}
        >
          {common.tagline}
        </Typography>
      </Box>
      <Tabs
        value={place.tab}
        onChange={(_, tab: TabName) => {
          go({ tab });
        }}
        aria-label={common.tabsLabel}
        sx={{ flex: 1, alignSelf: 'stretch', '& .MuiTabs-flexContainer': { height: '100%' } }}
      >
        {TABS.map((tab) => (
          <Tab
            key={tab}
            value={tab}
            label={common.tabs[tab]}
            aria-controls="part"
            sx={{ minWidth: '5rem', textTransform: 'none' }}
          />
        ))}
      </Tabs>
      <RunningJobs />
      <EngineState />
    </Box>
  );
}

function EngineState(): ReactElement | null {
  const { common } = useText();
  const { value } = useQuery('facts', (client, signal) => client.facts({}, { signal }), FACTS_MS);
  if (value === undefined) return null;
  const { engine, engineError } = value;
  if (engine === undefined) {
    return (
      <Tooltip title={engineError?.message ?? ''}>
        <span>
          <StatusChip tone="error" icon="cross" label={common.engineMissing} />
        </span>
      </Tooltip>
    );
  }
  return (
    <Tooltip title={`${engine.platform} · buildx ${value.buildx.version ?? common.none}`}>
      <span>
        <StatusChip tone="secondary" icon="server" label={common.engineLabel(engine.version, engine.store)} />
      </span>
    </Tooltip>
  );
}
