import { useTheme } from '@mui/material/styles';
import type { ReactElement } from 'react';
import type { Tone } from '../../../theme/tone.ts';

/** A matrix as it looks in the middle of a build; empty places are cells that wait. */
const CELLS: readonly (readonly (Tone | undefined)[])[] = [
  ['success', 'success', 'success', 'warning'],
  ['success', 'primary', 'success', undefined],
  ['primary', undefined, 'error', undefined],
];
const SIDE = 26;
const STEP = 32;

/** A drawing of what this tab is about. */
export function MatrixArt(): ReactElement {
  const { palette } = useTheme();
  const [first = []] = CELLS;
  const [width, height] = [first.length * STEP, CELLS.length * STEP];
  return (
    <svg viewBox={`0 0 ${width} ${height}`} style={{ width: '8rem' }} aria-hidden="true">
      {CELLS.flatMap((row, y) =>
        row.map((tone, x) => (
          <rect
            key={`${x} ${y}`}
            x={x * STEP + 3}
            y={y * STEP + 3}
            width={SIDE}
            height={SIDE}
            rx="6"
            fill={tone === undefined ? 'none' : palette[tone].main}
            fillOpacity="0.75"
            stroke={tone === undefined ? palette.divider : 'none'}
            strokeWidth="2"
            strokeDasharray="4 3"
          />
        )),
      )}
    </svg>
  );
}
