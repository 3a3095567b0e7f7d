/** Programs that a tab of Docker Desktop runs on the host: all of them end with the tab. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { toolEnvironment } from '../../engine/docker.ts';
import type { Engine } from '../../engine/index.ts';

export interface ExecRequest {
  /** Of the page, for its `close()`. */
  readonly id: number;
  /** `docker` of the host, or a program inside the extension's container. */
  readonly where: 'host' | 'vm';
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type ExecEvent =
  | { readonly stdout: string }
  | { readonly stderr: string }
  | { readonly error: string }
  | { readonly closed: number };

export interface RawResult {
  readonly cmd: string;
  readonly killed: boolean;
  readonly signal?: string;
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Docker Desktop puts its engine's socket where this name is mounted. */
export function hostArgs(args: readonly string[], engine: Engine): readonly string[] {
  return args.map((arg) => arg.replace('source=/var/run/docker.sock', `source=${engine.socket}`));
}

export class HostPrograms {
  readonly #engine: Engine;
  readonly #container: string;
  readonly #running = new Map<number, ChildProcess>();
  /** Every command that was run, as a vector. */
  readonly ran: (readonly string[])[] = [];

  constructor(engine: Engine, container: string) {
    this.#engine = engine;
    this.#container = container;
  }

  /** How many have not ended. */
  get running(): number {
    return this.#running.size;
  }

  /** The form with `stream`: arguments pass as they are. */
  async stream(request: ExecRequest, isByLine: boolean, tell: (event: ExecEvent) => void): Promise<void> {
    const child = this.#spawn(request);
    const streams = [
      [child.stdout, 'stdout'],
      [child.stderr, 'stderr'],
    ] as const;
    const read = streams.map(([stream, name]) =>
      readStream(stream, isByLine, (text) => {
        tell(name === 'stdout' ? { stdout: text } : { stderr: text });
      }),
    );
    child.on('error', (error) => {
      tell({ error: error.message });
    });
    const [code] = (await once(child, 'close')) as [number | null];
    await Promise.all(read);
    this.#running.delete(request.id);
    tell({ closed: code ?? -1 });
  }

  /** The form without: as on macOS, the arguments are joined to a line for a shell (docker/extensions-sdk#303). */
  async collect(request: ExecRequest): Promise<RawResult> {
    const [program = '', ...args] = this.#vector(request);
    const cmd = [program, ...args].join(' ');
    const child = this.#spawn(request, ['sh', '-c', cmd]);
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    this.#running.delete(request.id);
    const ended = code === null ? {} : { code };
    return { cmd, killed: child.killed, ...ended, ...(signal !== null && { signal }), ...output };
  }

  close(id: number): void {
    this.#running.get(id)?.kill('SIGTERM');
  }

  /** The tab was left: what it started is ended. */
  closeAll(): void {
    for (const child of this.#running.values()) child.kill('SIGTERM');
  }

  #vector({ where, command, args }: ExecRequest): readonly string[] {
    if (where === 'vm') return [this.#docker, 'exec', this.#container, command, ...args];
    return [this.#docker, ...hostArgs([command, ...args], this.#engine)];
  }

  get #docker(): string {
    return join(this.#engine.path, 'docker');
  }

  #spawn(request: ExecRequest, vector: readonly string[] = this.#vector(request)): ChildProcess {
    const [program = '', ...args] = vector;
    this.ran.push([request.command, ...request.args]);
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...toolEnvironment(this.#engine), ...request.env },
      ...(request.cwd !== undefined && { cwd: request.cwd }),
    });
    this.#running.set(request.id, child);
    return child;
  }
}

async function readStream(
  stream: Readable | null,
  isByLine: boolean,
  take: (text: string) => void,
): Promise<void> {
  if (stream === null) return;
  if (isByLine) {
    const lines = createInterface({ input: stream, crlfDelay: Infinity });
    lines.on('line', take);
    await once(lines, 'close');
    return;
  }
  stream.setEncoding('utf8').on('data', take);
  await once(stream, 'close');
}
