import { BuildProgress, diagnoseBuild, XbundleError } from '@xbundle/core';
import type { ParsedRequestOf } from '../contract.ts';
import type { CliCell } from './cli-line.ts';
import type { JobBook } from './job-book.ts';
import type { LiveJob } from './live-job.ts';

export type Fed = Omit<ParsedRequestOf<'feedJob'>, 'id'>;

const builds = new WeakMap<LiveJob, Map<string, BuildProgress>>();

/**
 * Takes what a build said that the tab runs through the host's own command line. Throws NOT_FOUND for a job that
 * does not run there, or no more.
 */
export async function feedTabJob(
  jobs: JobBook,
  id: string,
  { cell, lines, exitCode, ended }: Fed,
): Promise<void> {
  const job = jobs.live(id);
  if (job?.record.summary.runner !== 'tab' || job.state !== 'running')
    throw new XbundleError('NOT_FOUND', `job ${id} does not run in the tab, or no more`);
  if (cell !== undefined) await feedCell(job, { id: cell, lines, exitCode });
  if (ended) await jobs.endTabJob(id, exitCodeOf(job));
}

interface FedCell {
  readonly id: string;
  readonly lines: readonly string[];
  readonly exitCode: number | undefined;
}

async function feedCell(job: LiveJob, { id, lines, exitCode }: FedCell): Promise<void> {
  const own = builds.get(job) ?? new Map<string, BuildProgress>();
  builds.set(job, own);
  const progress = own.get(id) ?? new BuildProgress();
  const isNew = !own.has(id);
  own.set(id, progress);
  const isRunning = lines.length > 0;
  if (isNew || isRunning)
    await tell(job, { type: 'cell', cell: cellOf(id, isRunning ? 'running' : 'waiting') });
  for (const line of lines) {
    for (const event of progress.add(line))
      await tell(job, { type: 'build', cell: id, event, counts: progress.counts });
  }
  if (exitCode !== undefined) await tell(job, { type: 'cell', cell: endedCell(id, progress, exitCode) });
}

/** The same lines that the command line prints of a build of its own. */
async function tell(job: LiveJob, line: object): Promise<void> {
  const time = (Date.now() - (job.record.summary.startedAt ?? Date.now())) / 1000;
  await job.take('stderr', JSON.stringify({ time, ...line }));
}

function cellOf(id: string, state: CliCell['state']): CliCell {
  const at = id.lastIndexOf('@');
  const [component, platform] = at === -1 ? [id, ''] : [id.slice(0, at), id.slice(at + 1)];
  return { id, component, platform, wanted: true, how: 'unknown', state };
}

function endedCell(id: string, progress: BuildProgress, exitCode: number): CliCell {
  progress.finish();
  if (exitCode === 0) return cellOf(id, 'done');
  if (exitCode === 130) return cellOf(id, 'canceled');
  const { message, step, suggestion, at } = diagnoseBuild(progress.model);
  const failure = {
    message,
    ...(step !== undefined && { step }),
    ...(suggestion !== undefined && { suggestion }),
    ...(at !== undefined && { at: { file: at.file, line: at.line, source: [...at.source] } }),
  };
  return { ...cellOf(id, 'failed'), failure };
}

/** As the command line's own: 3 unless every cell is there. */
function exitCodeOf(job: LiveJob): number {
  return job.job.cells.every(({ state }) => state === 'done' || state === 'cached') ? 0 : 3;
}
