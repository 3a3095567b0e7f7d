import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  encodeRequest,
  hasEnded,
  pendingSchema,
  routes,
  TOKEN_HEADER,
  type HostCommand,
  type Job,
  type JobRequestInput,
  type RequestOf,
  type ResponseOf,
  type RouteName,
} from '@xbundle/backend/contract';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One HTTP request as it is, for those that are to be refused. */
export async function rawRequest(options: RequestOptions, body?: string): Promise<RawAnswer> {
  const sent = httpRequest({ ...options, agent: false });
  const responded = once(sent, 'response') as Promise<[IncomingMessage]>;
  // A refused body breaks the connection while it is being sent, after the answer has come.
  sent.on('error', () => undefined);
  sent.end(body);
  const [response] = await responded;
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') };
}

/** A failure that the backend answered. */
export class BackendFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, { code, message }: { readonly code: string; readonly message: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface BackendPlace {
  /** Where it listens: a socket, or a port with its token. */
  readonly connection: RequestOptions;
  /** Does what the tab does with a `HostCommand`; its outcome is told to the backend. */
  readonly runHostCommand?: (command: HostCommand) => Promise<{
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** The backend by its contract, as the UI uses it: what takes long is asked again. */
export class TestBackend {
  readonly #place: BackendPlace;
  readonly #ran = new Set<string>();

  constructor(place: BackendPlace) {
    this.#place = place;
  }

  async call<Name extends RouteName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    const { method, path, body } = encodeRequest(routes[name], request);
    for (;;) {
      const { connection } = this.#place;
      const headers = {
        ...(connection.headers as Readonly<Record<string, string>> | undefined),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      };
      const { status, text } = await rawRequest({ ...connection, method, path, headers }, body);
      const value = JSON.parse(text) as Record<string, unknown>;
      if (status >= 300)
        throw new BackendFailure(status, value['error'] as { code: string; message: string });
      if (status === 200) return routes[name].response.parse(value) as ResponseOf<Name>;
      const { run } = pendingSchema.parse(value).pending;
      if (run !== undefined) await this.run(run);
    }
  }

  /** Starts a job, also where that needs the tab. */
  async start(job: JobRequestInput): Promise<Job> {
    const started = await this.call('startJob', { job });
    if (started.run !== undefined) await this.run(started.run);
    return started;
  }

  /** Waits until a job has ended. */
  async ended(id: string, timeoutMs: number = 60_000): Promise<Job> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const job = await this.call('job', { id });
      if (hasEnded(job.state)) return job;
      if (Date.now() > end) throw new Error(`job ${id} is ${job.state} after ${timeoutMs} ms`);
      await sleep(100);
    }
  }

  /** A job from its start to its end. */
  async finish(job: JobRequestInput): Promise<Job> {
    return this.ended((await this.start(job)).id);
  }

  async run(command: HostCommand): Promise<void> {
    if (this.#ran.has(command.id)) return;
    this.#ran.add(command.id);
    const outcome = await this.#place.runHostCommand?.(command);
    if (outcome === undefined)
      throw new Error('the backend wants the tab to run something, and there is no tab');
    await this.call('hostCommandDone', { id: command.id, ...outcome });
  }
}

const program =
  process.env['XBUNDLE_TEST_PROGRAM'] ?? fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

export interface UiOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** The Node to run it with; default: that of the tests. */
  readonly node?: readonly string[];
}

/** A running `xbundle ui`. */
export interface RunningUi {
  readonly backend: TestBackend;
  readonly port: number;
  readonly token: string;
  readonly output: () => string;
  /** Ends it as Ctrl-C does, or with another signal; resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function startUi({ root, env, node = [process.execPath] }: UiOptions): Promise<RunningUi> {
  const [first = '', ...rest] = node;
  const child = spawn(first, [...rest, program, 'ui', '--no-open', '--dir', root], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => said.push(line));
  const url = await firstLine(child, said);
  const { port } = new URL(url);
  const token = new URL(url).hash.replace('#token=', '');
  const connection = {
    host: '127.0.0.1',
    port,
    headers: { [TOKEN_HEADER]: token, host: `127.0.0.1:${port}` },
  };
  return {
    backend: new TestBackend({ connection }),
    port: Number(port),
    token,
    output: () => said.join('\n'),
    stop: async (signal = 'SIGINT') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

async function firstLine(child: ChildProcess, said: string[]): Promise<string> {
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error(`xbundle ui has ended: ${said.join('\n')}`);
    }),
  ])) as [string];
  lines.on('line', (more) => said.push(more));
  return line;
}
