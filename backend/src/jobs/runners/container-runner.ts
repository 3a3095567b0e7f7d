import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  complaintOf,
  runDocker,
  throwIfAborted,
  XbundleError,
  type CallOptions,
  type DockerEnvironment,
} from '@xbundle/core';
import { z } from 'zod';
import { jobRequestSchema, type HostCommand, jsonOf } from '../../contract.ts';
import {
  containerArgs,
  containerName,
  CREATED_LABEL,
  JOB_LABEL,
  OWNER_LABEL,
  ownerOf,
  REQUEST_LABEL,
  type ContainerSetting,
} from './container-args.ts';
import { mergedOutput } from './merged-output.ts';
import type { JobRunner, JobSpec, KnownRun, OutputChunk, RunState } from './job-runner.ts';

export interface ContainerRunnerOptions {
  readonly setting: ContainerSetting;
  /** In Docker Desktop the host's own command is, because only it knows the host's paths. */
  readonly startedBy: 'backend' | 'tab';
  readonly env: DockerEnvironment;
}

/** What a job that was asked to end gets before it is killed. */
const GRACE_SECONDS = 20;

const stateSchema = z.looseObject({
  Status: z.string(),
  ExitCode: z.number().int(),
  FinishedAt: z.string(),
  Error: z.string().nullish(),
});

/**
 * Runs jobs as labelled containers of the extension's own image. The engine keeps their output and exit codes, and
 * the labels find them again.
 */
export class ContainerRunner implements JobRunner {
  readonly kind = 'container';
  readonly #options: ContainerRunnerOptions;

  constructor(options: ContainerRunnerOptions) {
    this.#options = options;
  }

  async start(spec: JobSpec, { signal }: CallOptions = {}): Promise<HostCommand | undefined> {
    const { setting, startedBy, env } = this.#options;
    const args = containerArgs(spec, setting);
    if (startedBy === 'tab') return { id: spec.id, args: [...args] };
    const { exitCode, stderr } = await runDocker(args, { env, signal });
    if (exitCode === 0) return undefined;
    // One that was made and could not be started stays.
    await this.remove(spec.id);
    throw startFailure(stderr);
  }

  async state(id: string, { signal }: CallOptions = {}): Promise<RunState> {
    const args = ['container', 'inspect', '--format={{json .State}}', '--', containerName(id)];
    const { exitCode, stdout, stderr } = await runDocker(args, { env: this.#options.env, signal });
    if (exitCode !== 0) {
      // Anything else says nothing about the job: the engine may only be away.
      if (/no such container/i.test(stderr)) return { state: 'lost' };
      throw new XbundleError('REFUSED', `asking for job ${id}: ${complaintOf(stderr)}`);
    }
    const { Status, ExitCode, FinishedAt } = stateSchema.parse(JSON.parse(stdout));
    if (Status !== 'exited' && Status !== 'dead') return { state: 'running' };
    const endedAt = Date.parse(FinishedAt);
    return { state: 'ended', exitCode: ExitCode, ...(endedAt > 0 && { endedAt }) };
  }

  async *follow(id: string, { signal }: CallOptions = {}): AsyncGenerator<OutputChunk, void, undefined> {
    throwIfAborted(signal);
    const child = spawn('docker', ['container', 'logs', '--follow', '--', containerName(id)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: Object.fromEntries(Object.entries(this.#options.env).filter(([, value]) => value !== undefined)),
    });
    const ended = once(child, 'close');
    ended.catch(() => undefined);
    const stop = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', stop);
    try {
      yield* mergedOutput(child.stdout, child.stderr);
      await ended;
      throwIfAborted(signal);
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  }

  async cancel(id: string): Promise<void> {
    const { env } = this.#options;
    const name = containerName(id);
    await runDocker(['container', 'kill', '--signal=TERM', '--', name], { env });
    setTimeout(() => {
      // One that has ended by then is left as it is.
      void runDocker(['container', 'stop', '--timeout=1', '--', name], { env }).catch(() => undefined);
    }, GRACE_SECONDS * 1000).unref();
  }

  async remove(id: string): Promise<void> {
    await runDocker(['container', 'rm', '--force', '--volumes', '--', containerName(id)], {
      env: this.#options.env,
    });
  }

  async known({ signal }: CallOptions = {}): Promise<readonly KnownRun[]> {
    const { env, setting } = this.#options;
    const labels = [JOB_LABEL, `${OWNER_LABEL}=${ownerOf(setting)}`];
    const filters = labels.map((label) => `--filter=label=${label}`);
    const list = ['container', 'ls', '--all', '--no-trunc', '--quiet', ...filters];
    const { stdout } = await runDocker(list, { env, signal });
    const ids = stdout.split('\n').filter((line) => line !== '');
    if (ids.length === 0) return [];
    const inspected = await runDocker(
      ['container', 'inspect', '--format={{json .Config.Labels}}', '--', ...ids],
      {
        env,
        signal,
      },
    );
    return inspected.stdout.split('\n').flatMap((line) => knownRun(line));
  }
}

function knownRun(line: string): readonly KnownRun[] {
  if (line.trim() === '') return [];
  const labels = z.record(z.string(), z.string()).parse(JSON.parse(line));
  const id = labels[JOB_LABEL];
  // Containers of short questions have no request: whoever asked is gone, and they remove themselves from lists.
  if (id === undefined) return [];
  const request = jobRequestSchema.safeParse(jsonOf(labels[REQUEST_LABEL] ?? '')).data;
  return [{ id, createdAt: Number(labels[CREATED_LABEL] ?? 0), ...(request !== undefined && { request }) }];
}

/** Enhanced Container Isolation says so in words of its own. */
const ISOLATION = /enhanced container isolation|docker socket mount denied/i;

/** POLICY where Docker Desktop does not let containers speak to the engine, else REFUSED with docker's reason. */
export function startFailure(stderr: string): XbundleError {
  // `docker run` ends with advice about its own help.
  const told = stderr.split('\n').find((line) => line.startsWith('docker: '));
  const reason = told?.slice('docker: '.length) ?? complaintOf(stderr);
  return new XbundleError(
    ISOLATION.test(stderr) ? 'POLICY' : 'REFUSED',
    `starting a job's container: ${reason}`,
  );
}
