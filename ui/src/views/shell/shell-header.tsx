import { Box, Tab, Tabs, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { TABS, usePlace, type Tab as TabName } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { EngineState } from './engine-state.tsx';
import { RunningJobs } from './running-jobs.tsx';

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
        gap: { xs: 1, md: 2 },
        px: 3,
        minHeight: '3.25rem',
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <Brand />
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
            sx={{ minWidth: 0, px: { xs: 1.25, md: 2 }, textTransform: 'none' }}
          />
        ))}
      </Tabs>
      <RunningJobs />
      <EngineState />
    </Box>
  );
}

function Brand(): ReactElement {
  const { common } = useText();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }} title={common.tagline}>
      <Box
        aria-hidden
        sx={{
          display: 'grid',
          placeItems: 'center',
          width: '1.75rem',
          height: '1.75rem',
          borderRadius: 1,
          bgcolor: 'primary.main',
          color: 'primary.contrastText',
          fontSize: '1.2rem',
        }}
      >
        <Icon name="box" />
      </Box>
      <Typography variant="h1" sx={{ letterSpacing: '-0.01em' }}>
        {common.appName}
      </Typography>
    </Box>
  );
}
