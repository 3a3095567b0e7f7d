import { Box, Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import { StatusChip } from '../../components/values/status-chip.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { useFacts } from './facts.tsx';

/** Which engine this is, or that there is none. */
export function EngineState(): ReactElement | null {
  const { common } = useText();
  const { value } = useFacts();
  if (value === undefined) return null;
  const { engine, engineError, buildx } = value;
  if (engine === undefined) {
    return (
      <Tooltip title={printable(engineError?.message ?? '')}>
        <span>
          <StatusChip tone="error" icon="cross" label={common.engineMissing} />
        </span>
      </Tooltip>
    );
  }
  const label = common.engineLabel(engine.version, engine.store);
  return (
    <Tooltip title={`${label} · ${engine.platform} · buildx ${buildx.version ?? common.none}`}>
      <Box component="span" sx={{ display: { xs: 'none', md: 'inline' } }}>
        <StatusChip tone="secondary" icon="server" label={label} />
      </Box>
    </Tooltip>
  );
}
