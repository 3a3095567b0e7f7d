import type { BackendClient } from '@xbundle/backend/contract';
import type { TabBuild, TabBuildCell } from '../host/host.ts';
import type { DesktopClient } from './dd-client.ts';
import { runDocker } from './docker-cli.ts';

const BATCH_MS = 300;
const BATCH_LINES = 1_000;
const LINE_CHARACTERS = 100_000;
/** Builds side by side: BuildKit itself does the steps of one in parallel. */
const AT_ONCE = 2;

/**
 * Builds cells through the host's docker command, each after those it needs, and feeds what is said to the
 * backend, which keeps it. A cell whose need failed is not started; the backend tells so.
 */
export async function runTabBuild(
  desktop: Pick<DesktopClient, 'docker'>,
  client: BackendClient,
  { jobId, cells }: TabBuild,
): Promise<void> {
  const results = new Map<string, Promise<boolean>>();
  const wanted = new Set(cells.map(({ id }) => id));
  const slots = createSlots(AT_ONCE);
  for (const cell of cells) {
    const needs = cell.needs.flatMap((id) =>
      wanted.has(id) ? [results.get(id) ?? Promise.resolve(true)] : [],
    );
    results.set(cell.id, buildAfter(cell, needs));
  }
  await Promise.all(results.values());
  await client.feedJob({ id: jobId, lines: [], ended: true });

  async function buildAfter(cell: TabBuildCell, needs: readonly Promise<boolean>[]): Promise<boolean> {
    const ready = await Promise.all(needs);
    if (ready.includes(false)) return false;
    return slots(() => buildCell(cell));
  }

  async function buildCell({ id, command }: TabBuildCell): Promise<boolean> {
    const feed = createFeed((lines) => client.feedJob({ id: jobId, cell: id, lines }));
    const { exitCode } = await runDocker(desktop, command, { onLine: feed.add }).outcome;
    await feed.flush();
    await client.feedJob({ id: jobId, cell: id, lines: [], exitCode });
    return exitCode === 0;
  }
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

interface Feed {
  readonly add: (line: string) => void;
  readonly flush: () => Promise<void>;
}

/** Lines are told together, in their order, and never two batches at once. */
function createFeed(send: (lines: string[]) => Promise<unknown>): Feed {
  let lines: string[] = [];
  let sending: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const push = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const batch = lines;
    lines = [];
    // A batch that is lost is lost to the log only: the build goes on.
    if (batch.length > 0) sending = sending.then(() => send(batch)).catch(() => undefined);
  };
  return {
    add(line) {
      lines.push(line.slice(0, LINE_CHARACTERS));
      if (lines.length >= BATCH_LINES) push();
      else timer ??= setTimeout(push, BATCH_MS);
    },
    async flush() {
      push();
      await sending;
    },
  };
}
