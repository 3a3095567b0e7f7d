import { randomBytes } from 'node:crypto';
import { isXbundleError, XbundleError } from '@xbundle/core';
import type { Call } from '../http/slow-answers.ts';
import { containerPath } from '../jobs/command/host-paths.ts';
import type { ContainerRunner } from '../jobs/runners/container-runner.ts';
import { containerPlaces } from '../jobs/command/places.ts';
import type { CliPrinted, CliQuestion, CliTasks } from './cli-tasks.ts';
import type { HostCommands } from './host-commands.ts';
import { ANSWER_BYTES } from './local-tasks.ts';

/** Runs the command line in a container that sees the paths of the host which a question names. */
export class ContainerTasks implements CliTasks {
  readonly #runner: ContainerRunner;
  readonly #commands: HostCommands;

  constructor(runner: ContainerRunner, commands: HostCommands) {
    this.#runner = runner;
    this.#commands = commands;
  }

  async run(question: CliQuestion, call: Call): Promise<CliPrinted> {
    try {
      return await this.#run(question, call);
    } catch (error) {
      // A kernel without binfmt_misc, or an engine that may not mount it: the rest of the question has its answer.
      const isMount = question.needsBinfmt === true && isXbundleError(error, 'REFUSED', 'POLICY');
      if (!isMount) throw error;
      return this.#run({ ...question, needsBinfmt: false }, call);
    }
  }

  async #run(question: CliQuestion, call: Call): Promise<CliPrinted> {
    const id = `task-${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
    try {
      await this.#start(id, question, call);
      const output = { stdout: '', stderr: '' };
      const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      for await (const { stream, bytes } of this.#runner.follow(id, call)) {
        output[stream] += decoder[stream].decode(bytes, { stream: true });
        if (output[stream].length > ANSWER_BYTES)
          throw new XbundleError('LIMIT_EXCEEDED', `${question.what}: the answer is too long`);
      }
      const state = await this.#runner.state(id, call);
      return { exitCode: state.state === 'ended' ? state.exitCode : 1, ...output };
    } finally {
      await this.#remove(id);
    }
  }

  async #start(id: string, { args, cwd, needsEngine, needsBinfmt }: CliQuestion, call: Call): Promise<void> {
    const places = containerPlaces();
    const spec = {
      id,
      program: 'xbundle' as const,
      args: args(places),
      mounts: places.mounts,
      needsEngine,
      ...(needsBinfmt === true && { binfmt: places.binfmt }),
      createdAt: Date.now(),
      ...(cwd !== undefined && { cwd: containerPath(cwd) }),
    };
    const command = await this.#runner.start(spec, call);
    if (command === undefined) return;
    call.askTab(command);
    await this.#commands.wait(id, call.signal);
  }

  /** A container that stays behind is removed at the next start of the backend. */
  async #remove(id: string): Promise<void> {
    try {
      await this.#runner.remove(id);
    } catch (error) {
      if (!isXbundleError(error)) throw error;
    }
  }
}
