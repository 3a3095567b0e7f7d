import { mkdir, open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath, systemCode, throwIfAborted, XbundleError, type CallOptions } from '@xbundle/core';
import { z } from 'zod';
import { jobRequestSchema, type HostCommand } from '../../contract.ts';
import type { JobRunner, JobSpec, KnownRun, OutputChunk, RunState } from './job-runner.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import { EXIT_FILE, IDENTITY_FILE, SPEC_FILE, type SupervisedProgram } from './supervise.ts';

export interface ProcessRunnerOptions {
  /** Where the files of running jobs lie. */
  readonly directory: string;
  /** Starts `supervise` with a folder as its last argument. */
  readonly supervisor: readonly string[];
  /** The programs that jobs run. */
  readonly programs: Readonly<Record<JobSpec['program'], readonly string[]>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How often the files of a running job are looked at. */
const POLL_MS = 100;
const CHUNK_BYTES = 262_144;
/** From its start until a supervisor has said who it is. */
const START_MS = 10_000;

const exitSchema = z.object({ exitCode: z.number().int(), endedAt: z.number() });
const identitySchema = z.object({ pid: z.number().int(), started: z.string() });
const runSchema = z.object({ createdAt: z.number(), request: jobRequestSchema.exactOptional() });

/**
 * Runs jobs as processes of this machine that go on without this one: a supervisor for each writes the output and
 * the exit code into files.
 */
export class ProcessRunner implements JobRunner {
  readonly kind = 'process';
  readonly #options: ProcessRunnerOptions;

  constructor(options: ProcessRunnerOptions) {
    this.#options = options;
  }

  async start(spec: JobSpec): Promise<HostCommand | undefined> {
    const folder = this.#folder(spec.id);
    const { programs, supervisor, env } = this.#options;
    const command: SupervisedProgram = {
      command: [...programs[spec.program], ...spec.args],
      ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    };
    await onPath('making', folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
    const { createdAt, request } = spec;
    const text = JSON.stringify({ ...command, createdAt, request });
    await onPath('writing', folder, () => writeFile(join(folder, SPEC_FILE), text, { mode: 0o600 }));
    const [program = process.execPath, ...args] = supervisor;
    const { spawn } = await import('node:child_process');
    const child = spawn(program, [...args, folder], { detached: true, stdio: 'ignore', env: clean(env) });
    const failure = new Promise<never>((_, reject) => {
      child.once('error', (error) => {
        reject(new XbundleError('INTERNAL', `starting a job: ${error.message}`, { cause: error }));
      });
    });
    await Promise.race([this.#identified(folder), failure]);
    failure.catch(() => undefined);
    child.unref();
    return undefined;
  }

  async state(id: string): Promise<RunState> {
    const folder = this.#folder(id);
    const isAlive = await this.#isAlive(folder);
    // Asked after that: one that ended in between has written it by now.
    const exit = exitSchema.safeParse(await readJson(join(folder, EXIT_FILE))).data;
    if (exit !== undefined) return { state: 'ended', ...exit };
    return { state: isAlive ? 'running' : 'lost' };
  }

  async *follow(id: string, { signal }: CallOptions = {}): AsyncGenerator<OutputChunk, void, undefined> {
    const readers = (['stdout', 'stderr'] as const).map(
      (stream) => new FileTail(join(this.#folder(id), stream), stream),
    );
    try {
      let isRunning = true;
      // What was there when it had ended is read once more after that.
      while (isRunning) {
        throwIfAborted(signal);
        isRunning = (await this.state(id)).state === 'running';
        for (const reader of readers) yield* reader.read();
        if (isRunning) await sleep(POLL_MS);
      }
    } finally {
      for (const reader of readers) await reader.close();
    }
  }

  async cancel(id: string): Promise<void> {
    const identity = await this.#identity(this.#folder(id));
    if (identity === undefined || !(await isRunning(identity))) return;
    try {
      process.kill(identity.pid, 'SIGTERM');
    } catch (error) {
      if (systemCode(error) !== 'ESRCH') throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const folder = this.#folder(id);
    await onPath('removing', folder, () => rm(folder, { recursive: true, force: true }));
  }

  async known(): Promise<readonly KnownRun[]> {
    const ids = await listFolder(this.#options.directory);
    const runs = await Promise.all(
      ids.map(async (id) => {
        const run = runSchema.safeParse(await readJson(join(this.#folder(id), SPEC_FILE))).data;
        return run === undefined ? [] : [{ id, ...run }];
      }),
    );
    return runs.flat();
  }

  async #identified(folder: string): Promise<void> {
    const end = Date.now() + START_MS;
    while ((await this.#identity(folder)) === undefined) {
      if (Date.now() > end) throw new XbundleError('TIMEOUT', `starting a job: ${folder} stays empty`);
      await sleep(20);
    }
  }

  async #identity(folder: string): Promise<ProcessIdentity | undefined> {
    return identitySchema.safeParse(await readJson(join(folder, IDENTITY_FILE))).data;
  }

  async #isAlive(folder: string): Promise<boolean> {
    const identity = await this.#identity(folder);
    return identity !== undefined && isRunning(identity);
  }

  #folder(id: string): string {
    return join(this.#options.directory, id);
  }
}

function clean(env: ProcessRunnerOptions['env']): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined for a file that is not there or not whole yet. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads what was added to a file since the last time. */
class FileTail {
  readonly #path: string;
  readonly #stream: OutputChunk['stream'];
  #file: FileHandle | undefined;
  #offset = 0;

  constructor(path: string, stream: OutputChunk['stream']) {
    this.#path = path;
    this.#stream = stream;
  }

  async *read(): AsyncGenerator<OutputChunk, void, undefined> {
    const file = (this.#file ??= await openIfThere(this.#path));
    if (file === undefined) return;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      yield { stream: this.#stream, bytes: buffer.subarray(0, bytesRead) };
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
