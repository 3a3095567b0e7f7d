import type { BuildCellReport, BuildCellState } from '@xbundle/backend/contract';
import type { ReactElement } from 'react';
import { PartBar, type BarPart } from '../../../components/values/part-bar.tsx';
import { useText } from '../../../text/use-text.tsx';
import { STATE_LOOKS } from '../how-look.ts';
import { countRun } from './run-outcome.ts';

/** From what is there to what is not, so that the bar fills from its start. */
const ORDER: readonly BuildCellState[] = [
  'done',
  'cached',
  'building',
  'failed',
  'impossible',
  'blocked',
  'cancelled',
  'queued',
];

const LOOKS: Partial<Readonly<Record<BuildCellState, NonNullable<BarPart['look']>>>> = {
  cached: 'pale',
  impossible: 'pale',
  queued: 'hollow',
  cancelled: 'hollow',
};

/** The cells of a build as one bar: how many stand in each state. */
export function RunBar({ cells }: { readonly cells: readonly BuildCellReport[] }): ReactElement | null {
  const { build } = useText();
  const wanted = cells.filter((cell) => cell.wanted);
  if (wanted.length === 0) return null;
  const parts = ORDER.map((state) => ({ state, value: wanted.filter((cell) => cell.state === state).length }))
    .filter(({ value }) => value > 0)
    .map(({ state, value }) => ({
      label: `${value} ${build.cellStates[state]}`,
      value,
      tone: STATE_LOOKS[state].tone,
      look: LOOKS[state] ?? 'solid',
    }));
  const { done, all, failed } = countRun(cells);
  return <PartBar label={build.stateCounts(done, all, failed)} parts={parts} isThin />;
}
