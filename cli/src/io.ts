import type { Readable, Writable } from 'node:stream';

/** Everything a command may touch of the process it runs in; tests pass their own. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires on the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Whether a stream is a terminal, and how many columns it has. */
export function terminalColumns(stream: Writable): number | undefined {
  if (!('isTTY' in stream) || stream.isTTY !== true) return undefined;
  return 'columns' in stream && typeof stream.columns === 'number' && stream.columns > 0
    ? stream.columns
    : 80;
}

/** Writes and waits until the stream takes more; a pipe's reader may be slower than the disk. */
export async function write(stream: Writable, chunk: string | Uint8Array): Promise<void> {
  if (stream.write(chunk)) return;
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('error', fail);
      resolve();
    };
    const fail = (error: Error): void => {
      stream.off('drain', done);
      reject(error);
    };
    stream.once('drain', done);
    stream.once('error', fail);
  });
}
