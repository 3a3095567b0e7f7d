import { readFile, stat } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
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

/** Runs a program and watches its memory, and the space that a folder takes, every few milliseconds. */
export async function watch(
  file: string,
  args: readonly string[],
  options: { readonly env: Environment; readonly folder: string },
): Promise<Usage> {
  const child = execa(file, args, { env: options.env, stdin: 'ignore' });
  let peakMemory = 0;
  let peakDisk = 0;
  const timer = setInterval(() => {
    void peakOf(child.pid).then((bytes) => (peakMemory = Math.max(peakMemory, bytes)));
    void diskUse(options.folder).then((bytes) => (peakDisk = Math.max(peakDisk, bytes)));
  }, 25);
  try {
    await child;
  } finally {
    clearInterval(timer);
  }
  return { peakMemory, extraDisk: Math.max(0, peakDisk - (await diskUse(options.folder))) };
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
