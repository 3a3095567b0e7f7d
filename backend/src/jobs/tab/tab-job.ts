import { tell, XbundleError } from '@xbundle/core';
import { RUNNER_NOTES, type ParsedRequestOf } from '../../contract.ts';
import type { JobBook } from '../job-book.ts';
import type { LiveJob } from '../live-job.ts';
import { TabComponent, type TabLine } from './tab-build.ts';

export type Fed = Omit<ParsedRequestOf<'feedJob'>, 'id'>;

type Components = ReadonlyMap<string, TabComponent>;

const builds = new WeakMap<LiveJob, Components>();

/**
 * Takes what a build said that the tab runs through the host's own command line. Throws NOT_FOUND for a job that
 * does not run there, or no more.
 */
export async function feedTabJob(jobs: JobBook, id: string, fed: Fed): Promise<void> {
  const job = jobs.live(id);
  if (job?.record.summary.runner !== 'tab' || job.state !== 'running')
    throw new XbundleError('NOT_FOUND', `job ${id} does not run in the tab, or no more`);
  if (fed.again) await beginAgain(job);
  const components = builds.get(job) ?? (await beginBuild(job));
  if (fed.component !== undefined) await feedComponent(job, components, { ...fed, component: fed.component });
  if (!fed.ended) return;
  await endRest(job, components);
  await jobs.endTabJob(id, exitCodeOf(job));
}

async function beginAgain(job: LiveJob): Promise<void> {
  await job.begin();
  builds.delete(job);
  job.update({}, { runnerNote: tell(RUNNER_NOTES, 'found-again', {}) });
}

async function feedComponent(
  job: LiveJob,
  components: Components,
  { component, lines, exitCode }: Fed & { readonly component: string },
): Promise<void> {
  const own = components.get(component);
  if (own === undefined) throw new XbundleError('NOT_FOUND', `job ${job.id} does not build ${component}`);
  for (const line of lines) await feed(job, own.add(line));
  if (exitCode !== undefined) await feed(job, own.end(exitCode));
}

async function beginBuild(job: LiveJob): Promise<Components> {
  const commands = job.record.inTab ?? [];
  const components = new Map(
    commands.map((command) => [command.component, new TabComponent(command)] as const),
  );
  builds.set(job, components);
  for (const component of components.values()) await feed(job, component.waiting());
  return components;
}

/** What was never started: because of what it needs, or because somebody stopped the build. */
async function endRest(job: LiveJob, components: Components): Promise<void> {
  for (const component of components.values()) {
    if (component.hasEnded) continue;
    const isReady = component.needs.every((name) => components.get(name)?.isDone ?? true);
    await feed(job, isReady ? component.end(130) : component.block());
  }
}

async function feed(job: LiveJob, lines: readonly TabLine[]): Promise<void> {
  const time = (Date.now() - (job.record.summary.startedAt ?? Date.now())) / 1000;
  for (const line of lines) await job.take('stderr', JSON.stringify({ time, ...line }));
}

/** As the command line's own: 3 unless every cell is there. */
function exitCodeOf(job: LiveJob): number {
  return job.job.cells.every(({ state }) => state === 'done' || state === 'cached') ? 0 : 3;
}
