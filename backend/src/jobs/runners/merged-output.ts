import type { Readable } from 'node:stream';
import type { OutputChunk } from './job-runner.ts';

/** Two streams as one, each piece when it comes; ends when both have. A slow reader holds both back. */
export async function* mergedOutput(
  stdout: Readable,
  stderr: Readable,
): AsyncGenerator<OutputChunk, void, undefined> {
  const waiting = new Map<OutputChunk['stream'], Promise<Next>>();
  const sources = { stdout: iterate(stdout), stderr: iterate(stderr) };
  const ask = (stream: OutputChunk['stream']): void => {
    waiting.set(
      stream,
      sources[stream].next().then((result) => ({ stream, result })),
    );
  };
  ask('stdout');
  ask('stderr');
  while (waiting.size > 0) {
    const { stream, result } = await Promise.race(waiting.values());
    if (result.done === true) waiting.delete(stream);
    else {
      ask(stream);
      yield { stream, bytes: result.value };
    }
  }
}

interface Next {
  readonly stream: OutputChunk['stream'];
  readonly result: IteratorResult<Uint8Array>;
}

function iterate(stream: Readable): AsyncIterator<Uint8Array> {
  return (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
}
