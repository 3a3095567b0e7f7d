import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { Socket } from 'node:net';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { messageOf, systemCode, XbundleError } from '../errors.ts';

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

/** What ssh or the CLI said at its end is kept up to here, in bytes. */
const COMPLAINT_BYTES = 2_048;
/** How long a process that no longer reads may take to say why, in milliseconds. */
const LAST_WORDS_MS = 1_000;

export interface DialOptions {
  /** Finds the `docker` program; also read by ssh (agent, home). */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A connection to the engine at an `ssh://` address: the standard input and output of
 * `docker --host ssh://… system dial-stdio`, as one duplex stream. The CLI starts ssh, so keys, agents and
 * `~/.ssh/config` work as they do for `docker`. Destroying the stream ends the process.
 */
export function dialStdio(url: string, options: DialOptions = {}): Duplex {
  const child = spawn('docker', ['--host', url, 'system', 'dial-stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.env !== undefined && { env: options.env }),
  });
  return new StdioConnection(child);
}

/** Has the few methods of a socket that undici calls. */
class StdioConnection extends Duplex {
  readonly #child: Process;
  #complaint = '';

  constructor(child: Process) {
    super();
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-COMPLAINT_BYTES);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.on('error', (cause) => this.destroy(notStarted(cause)));
    child.stdin.on('error', (cause) => {
      this.#awaitLastWords(cause);
    });
    child.on('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(this.#broken(undefined));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, (error) => {
      // A failed write is told by #awaitLastWords: EPIPE says nothing of why ssh ended.
      if (!error) done();
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.kill('SIGTERM');
    done(error);
  }

  ref(): this {
    this.#child.ref();
    for (const pipe of this.#pipes()) pipe.ref();
    return this;
  }

  /** An idle connection keeps no process alive that wants to end. */
  unref(): this {
    this.#child.unref();
    for (const pipe of this.#pipes()) pipe.unref();
    return this;
  }

  /** A broken pipe is seen before what the process wrote to its standard error: `close` comes after both. */
  #awaitLastWords(cause: Error): void {
    this.#child.stdout.resume();
    this.#child.kill('SIGTERM');
    setTimeout(() => this.destroy(this.#broken(cause)), LAST_WORDS_MS).unref();
  }

  #pipes(): Socket[] {
    const { stdin, stdout, stderr } = this.#child;
    return [stdin, stdout, stderr].filter((pipe) => pipe instanceof Socket);
  }

  #broken(cause: unknown): XbundleError {
    const complaint = this.#complaint.trim().split('\n').slice(-3).join(' ');
    return new XbundleError(
      'UNREACHABLE',
      `the ssh connection to the Docker Engine ended${complaint === '' ? '' : `: ${complaint}`}. Try "ssh HOST docker version"`,
      { cause },
    );
  }
}

function notStarted(cause: Error): XbundleError {
  return new XbundleError(
    'UNREACHABLE',
    systemCode(cause) === 'ENOENT'
      ? 'an ssh:// engine is reached through the docker command, which is not on PATH. Install the Docker CLI'
      : `starting the docker command failed: ${messageOf(cause)}`,
    { cause },
  );
}
