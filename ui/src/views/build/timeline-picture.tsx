import type { BuildCellReport } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import type { KeyboardEvent, ReactElement } from 'react';
import { formatDuration } from '../../format/duration.ts';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { cellTitle } from './cell-title.ts';
import { STATE_LOOKS } from './how-look.ts';
import { layoutTimeline, type Bar, type NodeLanes, type Tick } from './timeline-layout.ts';

/** Heights in em, widths in parts of the picture: it grows with the text and with the window. */
const LANE = 1.75;
const GAP = 0.25;
const AXIS = 1.75;

interface Props {
  readonly cells: readonly BuildCellReport[];
  readonly now: number;
  readonly chosen: string | undefined;
  readonly onChoose: (cell: string) => void;
}

/** Which cells ran when: one row of lanes for each node of the builder. */
export function TimelinePicture({ cells, now, chosen, onChoose }: Props): ReactElement {
  const { build } = useText();
  const timeline = layoutTimeline(cells, now);
  if (timeline === undefined) {
    return (
      <Typography color="text.secondary" sx={{ p: 4, textAlign: 'center' }}>
        {build.timelineEmpty}
      </Typography>
    );
  }
  return (
    <Box role="group" aria-label={build.timelineLabel} sx={{ p: 2, fontSize: '0.8125rem' }}>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: 'minmax(5rem, max-content) 1fr',
          columnGap: 2,
          rowGap: 1,
        }}
      >
        {timeline.nodes.map((node) => (
          <NodeRow
            key={node.node ?? ''}
            node={node}
            ticks={timeline.ticks}
            chosen={chosen}
            onChoose={onChoose}
          />
        ))}
        <span />
        <Axis ticks={timeline.ticks} />
      </Box>
    </Box>
  );
}

interface NodeProps {
  readonly node: NodeLanes;
  readonly ticks: readonly Tick[];
  readonly chosen: string | undefined;
  readonly onChoose: (cell: string) => void;
}

function NodeRow({ node, ticks, chosen, onChoose }: NodeProps): ReactElement {
  const { build } = useText();
  const { palette } = useTheme();
  return (
    <>
      <Box sx={{ color: 'text.secondary', pt: 0.5, textAlign: 'right', overflowWrap: 'anywhere' }}>
        {printable(node.node ?? build.anyNode)}
      </Box>
      <svg width="100%" height={`${node.lanes * (LANE + GAP)}em`} overflow="visible">
        {ticks.map(({ at }) => (
          <line key={at} x1={percent(at)} x2={percent(at)} y1="0" y2="100%" stroke={palette.divider} />
        ))}
        {node.bars.map((bar) => (
          <CellBar key={bar.cell.id} bar={bar} isChosen={bar.cell.id === chosen} onChoose={onChoose} />
        ))}
      </svg>
    </>
  );
}

interface BarProps {
  readonly bar: Bar;
  readonly isChosen: boolean;
  readonly onChoose: (cell: string) => void;
}

function CellBar({ bar, isChosen, onChoose }: BarProps): ReactElement {
  const { build } = useText();
  const { palette } = useTheme();
  const { cell, from, to, lane } = bar;
  const color = palette[STATE_LOOKS[cell.state].tone].main;
  const took =
    cell.startedAt === undefined || cell.endedAt === undefined
      ? ''
      : formatDuration(cell.endedAt - cell.startedAt);
  const label = `${cellTitle(cell)} ${took}`;
  const choose = (): void => {
    onChoose(cell.id);
  };
  return (
    <svg
      x={percent(from)}
      y={`${lane * (LANE + GAP)}em`}
      width={percent(Math.max(to - from, 0.004))}
      height={`${LANE}em`}
      role="button"
      tabIndex={0}
      aria-label={`${label}: ${build.cellStates[cell.state]}${build.openLog}`}
      onClick={choose}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter' || event.key === ' ') choose();
      }}
      style={{ cursor: 'pointer' }}
    >
      <title>{label}</title>
      <rect
        width="100%"
        height="100%"
        rx="0.3em"
        fill={color}
        fillOpacity={cell.state === 'building' ? 0.35 : 0.22}
        stroke={isChosen ? palette.text.primary : color}
        strokeWidth={isChosen ? 2 : 1}
      />
      <text x="0.5em" y="1.2em" fill={palette.text.primary}>
        {label}
      </text>
    </svg>
  );
}

function Axis({ ticks }: { readonly ticks: readonly Tick[] }): ReactElement {
  const { palette } = useTheme();
  return (
    <svg width="100%" height={`${AXIS}em`} overflow="visible" aria-hidden="true">
      {ticks.map(({ at, ms }) => (
        <text
          key={at}
          x={percent(at)}
          y="1.1em"
          fill={palette.text.secondary}
          textAnchor={at > 0.97 ? 'end' : 'start'}
        >
          {formatDuration(ms)}
        </text>
      ))}
    </svg>
  );
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
