import type { BuildCellReport } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useGridKeys } from '../../../components/tables/use-grid-keys.ts';
import { formatDuration } from '../../../format/duration.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { layoutTimeline, type NodeRows, type Tick } from './timeline-layout.ts';
import { TimelineRow, TRACK } from './timeline-row.tsx';

interface Props {
  readonly cells: readonly BuildCellReport[];
  readonly now: number;
  readonly chosen: string | undefined;
  readonly onChoose: (cell: string) => void;
}

/** Which cells ran when: a row for each, those of one node of the builder together. */
export function TimelinePicture({ cells, now, chosen, onChoose }: Props): ReactElement {
  const { build } = useText();
  const grid = useGridKeys([0, 0]);
  const timeline = layoutTimeline(cells, now);
  if (timeline === undefined) {
    return (
      <Typography color="text.secondary" sx={{ p: 4, textAlign: 'center' }}>
        {build.timelineEmpty}
      </Typography>
    );
  }
  let row = 0;
  return (
    <Box
      role="group"
      aria-label={build.timelineLabel}
      onKeyDown={grid.onKeyDown}
      sx={{ px: 2, pb: 2, fontSize: '0.8125rem' }}
    >
      <Axis ticks={timeline.ticks} />
      {timeline.nodes.map((node) => (
        <Box key={node.node ?? ''}>
          <NodeHead node={node} />
          {node.bars.map((bar) => (
            <TimelineRow
              key={bar.cell.id}
              bar={bar}
              ticks={timeline.ticks}
              isChosen={bar.cell.id === chosen}
              stop={grid.stop(row++, 0)}
              onChoose={onChoose}
            />
          ))}
        </Box>
      ))}
    </Box>
  );
}

function NodeHead({ node: { node, bars, busy } }: { readonly node: NodeRows }): ReactElement {
  const { build } = useText();
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', pt: 1.5, pb: 0.5 }}>
      <Typography variant="h3" component="h3" sx={{ overflowWrap: 'anywhere' }}>
        {printable(node ?? build.anyNode)}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {build.nodeBusy(bars.length, Math.round(busy * 100))}
      </Typography>
    </Box>
  );
}

/** Stays in sight above the rows. */
function Axis({ ticks }: { readonly ticks: readonly Tick[] }): ReactElement {
  return (
    <Box
      aria-hidden
      sx={{
        ...TRACK,
        position: 'sticky',
        top: 0,
        zIndex: 1,
        bgcolor: 'background.paper',
        borderBottom: 1,
        borderColor: 'divider',
        color: 'text.secondary',
        fontSize: '0.75rem',
      }}
    >
      <span />
      <Box sx={{ position: 'relative', height: '2rem' }}>
        {ticks.map(({ at, ms }) => (
          <Box
            key={ms}
            component="span"
            sx={{ position: 'absolute', top: '0.5rem', whiteSpace: 'nowrap' }}
            style={at > 0.92 ? { right: 0 } : { left: `${at * 100}%` }}
          >
            {formatDuration(ms)}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
