import type { BackendClient, Job, TabCommand } from '@xbundle/backend/contract';
import { createBuildFeed, type BuildFeed } from './build-feed.ts';
import { findBuilds } from './build-history.ts';
import type { DesktopClient } from './dd-client.ts';
import { runDocker } from './docker-cli.ts';

type Docker = Pick<DesktopClient, 'docker'>;

/** Components side by side: BuildKit itself does the steps of one in parallel. */
const AT_ONCE = 2;
const DONE: ReadonlySet<string> = new Set(['done', 'cached']);

/**
 * Builds components through the host's docker command, each after those it needs, and feeds what is said to the
 * backend, which keeps it. A component whose need failed is not started; the backend tells so. Cancelling the job
 * ends the commands, and so does leaving the tab.
 */
export async function runTabBuild(
  desktop: Docker,
  client: BackendClient,
  { id, inTab = [] }: Pick<Job, 'id' | 'inTab'>,
): Promise<void> {
  const feed = createBuildFeed(client, id);
  const results = new Map<string, Promise<boolean>>();
  const slots = createSlots(AT_ONCE);
  const names = new Set(inTab.map(({ component }) => component));
  for (const command of inTab) {
    const needs = command.needs.flatMap((name) =>
      names.has(name) ? [results.get(name) ?? Promise.resolve(true)] : [],
    );
    results.set(command.component, buildAfter(command, needs));
  }
  await Promise.all(results.values());
  await feed.end();

  async function buildAfter(command: TabCommand, needs: readonly Promise<boolean>[]): Promise<boolean> {
    const ready = await Promise.all(needs);
    if (ready.includes(false)) return false;
    return slots(() => build(desktop, command, feed));
  }
}

async function build(desktop: Docker, { component, args }: TabCommand, feed: BuildFeed): Promise<boolean> {
  if (feed.signal.aborted) return false;
  const own = feed.component(component);
  const run = runDocker(desktop, args, { onLine: own.add });
  feed.signal.addEventListener('abort', run.stop);
  const { exitCode } = await run.outcome;
  feed.signal.removeEventListener('abort', run.stop);
  await own.end(exitCode);
  return exitCode === 0;
}

/**
 * Finds out what became of a build that the tab was left with, and tells the backend: the history of the builder has
 * the log and the end of each command, and a command that still runs there is followed. What was never started is
 * not started now.
 */
export async function resumeTabBuild(
  desktop: Docker,
  client: BackendClient,
  { id, createdAt, cells, inTab = [] }: Pick<Job, 'id' | 'createdAt' | 'cells' | 'inTab'>,
): Promise<void> {
  const done = new Set(cells.flatMap((cell) => (DONE.has(cell.state) ? [cell.id] : [])));
  const found = await findBuilds(desktop, inTab, createdAt);
  const feed = createBuildFeed(client, id);
  await feed.again();
  await Promise.all(
    inTab.map(async (command) => {
      const build = found.get(command.component);
      const own = feed.component(command.component);
      await build?.replay(own.add);
      // A builder forgets: what is known to be done stays done.
      const wasDone = command.cells.every((cell) => done.has(cell.id));
      if (wasDone) await own.end(0);
      else if (build !== undefined) await own.end(await build.exitCode());
    }),
  );
  await feed.end();
}

type Slots = <Value>(work: () => Promise<Value>) => Promise<Value>;

function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
