import { Box } from '@mui/material';
import { styled } from '@mui/material/styles';
import type { ReactElement } from 'react';
import { ForReaders } from '../../../components/for-readers.tsx';
import type { GridStop } from '../../../components/tables/use-grid-keys.ts';
import { formatDuration } from '../../../format/duration.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { solid, type Tone } from '../../../theme/tone.ts';
import { STATE_LOOKS } from '../how-look.ts';
import type { Bar, Tick } from './timeline-layout.ts';

/** Names, and beside them the time. */
export const TRACK = {
  display: 'grid',
  gridTemplateColumns: 'minmax(9rem, 15rem) minmax(0, 1fr)',
  columnGap: 1.5,
} as const;

/** A bar that ends after this part has its duration before it, else behind it. */
const LATE = 0.86;

interface Props {
  readonly bar: Bar;
  readonly ticks: readonly Tick[];
  readonly isChosen: boolean;
  readonly stop: GridStop;
  readonly onChoose: (cell: string) => void;
}

/** One cell: its name, and when it was built. */
export function TimelineRow({ bar, ticks, isChosen, stop, onChoose }: Props): ReactElement {
  const { build } = useText();
  const { cell, from, to, durationMs } = bar;
  const took = formatDuration(durationMs);
  const isLate = to > LATE;
  return (
    <Row
      {...stop}
      type="button"
      aria-current={isChosen}
      onClick={() => {
        onChoose(cell.id);
      }}
    >
      <span className="name">
        {printable(cell.component)} <span className="platform">{printable(cell.platform)}</span>
      </span>
      <ForReaders>: {build.cellStates[cell.state]} </ForReaders>
      <Box component="span" sx={{ position: 'relative', height: '1.125rem' }}>
        {ticks.map(({ at, ms }) => (
          <span key={ms} className="tick" style={{ left: `${at * 100}%` }} />
        ))}
        <BarSpan
          tone={STATE_LOOKS[cell.state].tone}
          isOpen={cell.state === 'building'}
          style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
        />
        <span
          className="took"
          style={
            isLate
              ? { right: `calc(${(1 - from) * 100}% + 0.375rem)` }
              : { left: `calc(${to * 100}% + 0.375rem)` }
          }
        >
          {took}
        </span>
      </Box>
      <ForReaders>{build.openLog}</ForReaders>
    </Row>
  );
}

const Row = styled('button')(({ theme }) => ({
  all: 'unset',
  boxSizing: 'border-box',
  cursor: 'pointer',
  position: 'relative',
  width: '100%',
  display: 'grid',
  gridTemplateColumns: TRACK.gridTemplateColumns,
  columnGap: theme.spacing(TRACK.columnGap),
  alignItems: 'center',
  padding: '0.125rem 0',
  borderRadius: '0.25rem',
  '&:hover, &[aria-current="true"]': { backgroundColor: theme.palette.action.hover },
  '&[aria-current="true"]': { fontWeight: 600 },
  '& .name': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', paddingLeft: '0.375rem' },
  '& .platform': { color: theme.palette.text.secondary, fontSize: '0.75rem', fontWeight: 400 },
  '& .tick': {
    position: 'absolute',
    top: '-0.125rem',
    bottom: '-0.125rem',
    width: '0.0625rem',
    backgroundColor: theme.palette.divider,
  },
  '& .took': {
    position: 'absolute',
    lineHeight: '1.125rem',
    fontSize: '0.75rem',
    whiteSpace: 'nowrap',
    color: theme.palette.text.secondary,
    fontVariantNumeric: 'tabular-nums',
  },
}));

const BarSpan = styled('span', { shouldForwardProp: (name) => name !== 'tone' && name !== 'isOpen' })<{
  tone: Tone;
  isOpen: boolean;
}>(({ theme, tone, isOpen }) => ({
  position: 'absolute',
  top: 0,
  bottom: 0,
  minWidth: '0.1875rem',
  borderRadius: isOpen ? '0.1875rem 0 0 0.1875rem' : '0.1875rem',
  backgroundColor: solid(theme, tone, isOpen ? 45 : 75),
}));
