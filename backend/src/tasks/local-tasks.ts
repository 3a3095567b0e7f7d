import process from 'node:process';
import { throwIfAborted, type DockerEnvironment } from '@xbundle/core';
import type { Call } from '../http/slow-answers.ts';
import { localPlaces } from '../jobs/command/places.ts';
import type { CliPrinted, CliQuestion, CliTasks } from './cli-tasks.ts';

export interface LocalTasksOptions {
  /** The program and its first arguments that are the command line. */
  readonly program: readonly string[];
  readonly env: DockerEnvironment;
}

/** What an answer may have. */
export const ANSWER_BYTES = 33_554_432;

/** Runs the command line as a process that ends with the question. */
export class LocalTasks implements CliTasks {
  readonly #options: LocalTasksOptions;

  constructor(options: LocalTasksOptions) {
    this.#options = options;
  }

  async run({ args, cwd }: CliQuestion, { signal }: Call): Promise<CliPrinted> {
    const { execa } = await import('execa');
    const [program = process.execPath, ...first] = this.#options.program;
    const { exitCode, stdout, stderr } = await execa(program, [...first, ...args(localPlaces())], {
      reject: false,
      stdin: 'ignore',
      env: { ...this.#options.env },
      extendEnv: false,
      maxBuffer: ANSWER_BYTES,
      forceKillAfterDelay: 2_000,
      cancelSignal: signal,
      ...(cwd !== undefined && { cwd }),
    });
    throwIfAborted(signal);
    return { exitCode: exitCode ?? 1, stdout, stderr };
  }
}
