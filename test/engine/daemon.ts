/** A background process which is ready when it answers, and whose log explains why it is not. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { basename } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from './facts.ts';

/** An engine takes 1 to 5 s; on a machine that is busy with something else it may take ten times that. */
const readyLimit = 50_000;
const pollInterval = 50;
const logLines = 15;

export interface DaemonRequest {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Output goes to this file: a pipe would end the daemon's life at its first line after ours. */
  readonly log: string;
  /** True once it serves; false while it does not yet. */
  readonly probe: () => Promise<boolean>;
}

/**
 * Starts a program and returns when it serves. Throws `UnavailableError` with the last lines of its log when
 * it ends first or takes too long. It does not keep this process alive and is stopped with its estate.
 */
export async function startDaemon(
  daemon: DaemonRequest,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  signal?.throwIfAborted();
  const child = await launch(daemon);
  const limit = Date.now() + readyLimit;
  while (!(await daemon.probe())) {
    signal?.throwIfAborted();
    const problem =
      describeEnd(child) ?? (Date.now() > limit ? `was not ready in ${readyLimit / 1000} s` : '');
    if (problem !== '') throw await failure(daemon, problem);
    await sleep(pollInterval, undefined, { signal });
  }
}

/** Whether `GET path` is answered with 200, over a unix socket or a port of loopback. */
export async function answers(
  target: { readonly socketPath: string } | { readonly host: string; readonly port: number },
  path: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ ...target, path, timeout: 5000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => {
      resolve(false);
    });
    call.on('timeout', () => call.destroy());
    call.end();
  });
}

async function launch(daemon: DaemonRequest): Promise<ChildProcess> {
  const log = await open(daemon.log, 'a');
  try {
    // Detached: Ctrl-C in the terminal is for the tests, which then take the engines down in order.
    const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
    const env = { ...process.env, ...daemon.env };
    const child = spawn(daemon.file, daemon.args, { detached: true, stdio, env });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

function describeEnd(child: ChildProcess): string | undefined {
  if (child.signalCode !== null) return `was ended by ${child.signalCode}`;
  return child.exitCode === null ? undefined : `ended with exit code ${child.exitCode}`;
}

async function failure(daemon: DaemonRequest, problem: string): Promise<UnavailableError> {
  const text = await readFile(daemon.log, 'utf8');
  const last = text.trimEnd().split('\n').slice(-logLines).join('\n');
  return new UnavailableError(`${basename(daemon.file)} ${problem}; the end of its log:\n${last}`);
}
