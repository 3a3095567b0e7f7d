import type { Timing } from './measure.ts';

/** A row of the table: one piece of work. */
export interface Result {
  readonly work: string;
  readonly ours: Timing;
  readonly rivals: readonly Timing[];
  /** The least that anything could take, where that was measured. */
  readonly floor?: Timing;
  /** The ratio aimed at, to the fastest rival. */
  readonly aim: number;
}

function seconds(timing: Timing): string {
  return `${timing.median.toFixed(2)} s`;
}

export function formatResults(results: readonly Result[]): string {
  const rows = results.map(({ work, ours, rivals, floor, aim }) => {
    const best = rivals.reduce((fastest, each) => (each.median < fastest.median ? each : fastest));
    const ratio = ours.median / best.median;
    const others = rivals.map((each) => `${each.name} ${seconds(each)}`).join(', ');
    const least = floor === undefined ? '-' : `${floor.name} ${seconds(floor)}`;
    return `| ${work} | ${seconds(ours)} | ${others} | ${least} | **${ratio.toFixed(2)}** | ≤ ${aim} |`;
  });
  return [
    '| work | xbundle | rivals | floor | ratio to the fastest rival | aim |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
