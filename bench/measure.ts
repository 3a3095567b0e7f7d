import { readFile, stat } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export type Environment = Readonly<Record<string, string>>;

/** One way of doing a piece of work. */
export interface Contender {
  readonly name: string;
  /** Untimed, before each round. */
  readonly prepare?: (round: number) => Promise<void>;
  readonly run: (round: number) => Promise<void>;
  /** Untimed, after the last round. */
  readonly finish?: () => Promise<void>;
}

export interface Timing {
  readonly name: string;
  /** Seconds. */
  readonly median: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Runs contenders in turn, round by round, so that a slow moment of the machine hits all of them. */
export async function race(contenders: readonly Contender[], rounds: number): Promise<readonly Timing[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, contender] of contenders.entries()) {
      await contender.prepare?.(round);
      const start = performance.now();
      await contender.run(round);
      times[at]?.push((performance.now() - start) / 1000);
    }
  }
  for (const contender of contenders) await contender.finish?.();
  return contenders.map(({ name }, at) => ({ name, median: median(times[at] ?? []) }));
}

/** Runs a program without a shell; its output is shown only when it fails. */
export async function command(
  file: string,
  args: readonly string[],
  options: { env: Environment; cwd?: string },
): Promise<void> {
  await execa(file, args, { ...options, stdin: 'ignore' });
}

export interface Usage {
  /** Bytes, the highest seen. */
  readonly peakMemory: number;
  /** Bytes on disk under the watched path beyond what was there at the end. */
  readonly extraDisk: number;
}

const MEMORY_EVERY_MS = 25;
/** Asking for the space takes a process and its time from what is watched. */
const DISK_EVERY_MS = 500;

/** Runs a program and watches its memory, and the space that a folder takes, until it ends. */
export async function watch(
  file: string,
  args: readonly string[],
  options: { readonly env: Environment; readonly folder: string },
): Promise<Usage> {
  const ended = new AbortController();
  const child = execa(file, args, { env: options.env, stdin: 'ignore' });
  const memory = highest(() => peakOf(child.pid), MEMORY_EVERY_MS, ended.signal);
  const disk = highest(() => diskUse(options.folder), DISK_EVERY_MS, ended.signal);
  try {
    await child;
  } finally {
    ended.abort();
  }
  const peakDisk = await disk;
  return {
    peakMemory: await memory,
    extraDisk: Math.max(0, peakDisk - (await diskUse(options.folder))),
  };
}

/** Asks again and again, one question at a time; the highest answer until the signal fires. */
async function highest(ask: () => Promise<number>, everyMs: number, signal: AbortSignal): Promise<number> {
  let peak = 0;
  while (!signal.aborted) {
    peak = Math.max(peak, await ask());
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return peak;
}

async function peakOf(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function diskUse(folder: string): Promise<number> {
  const { stdout } = await execa('du', ['--summarize', '--block-size=1', folder], { reject: false });
  return Number(stdout.split('\t')[0] ?? 0);
}

export async function fileSize(path: string): Promise<number> {
  return (await stat(path)).size;
}
