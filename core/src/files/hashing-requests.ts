import type { DigestAlgorithm } from '../model/index.ts';

/** What is done with streams of bytes in one file, one after the other, in whatever thread. */
export type HashingRequest =
  | { kind: 'begin'; stream: number; algorithm: DigestAlgorithm }
  /** Goes on with bytes that lie in the file already: as many as there are, up to `size`. */
  | { kind: 'read'; stream: number; offset: number; size: number }
  /** Goes on with new bytes, which are written. */
  | { kind: 'write'; stream: number; offset: number; block: Uint8Array }
  /** Ends a stream; answered with its digest in hex. */
  | { kind: 'end'; stream: number };

/** Carries out a request at once; gives the digest of a stream that ended. Throws what the system says. */
export type ServeHashing = (request: HashingRequest) => string | undefined;

/**
 * What carries out requests on one open file. A thread runs it from its source text, so that it needs no file of
 * its own in a bundled CLI: it may refer to nothing outside itself.
 */
export function hashingService(file: number, chunkBytes: number): ServeHashing {
  const { readSync, writeSync } = globalThis.process.getBuiltinModule('node:fs');
  const { createHash } = globalThis.process.getBuiltinModule('node:crypto');
  const hashes = new Map<number, ReturnType<typeof createHash>>();

  const buffer = new Uint8Array(chunkBytes);
  const read = ({ stream, offset, size }: Extract<HashingRequest, { kind: 'read' }>): void => {
    for (let done = 0; done < size;) {
      const count = readSync(file, buffer, 0, Math.min(chunkBytes, size - done), offset + done);
      if (count === 0) break;
      hashes.get(stream)?.update(buffer.subarray(0, count));
      done += count;
    }
  };

  const write = ({ stream, offset, block }: Extract<HashingRequest, { kind: 'write' }>): void => {
    hashes.get(stream)?.update(block);
    for (let done = 0; done < block.byteLength;)
      done += writeSync(file, block, done, block.byteLength - done, offset + done);
  };

  const end = (stream: number): string | undefined => {
    const hash = hashes.get(stream);
    hashes.delete(stream);
    return hash?.digest('hex');
  };

  return (request) => {
    if (request.kind === 'end') return end(request.stream);
    if (request.kind === 'begin') hashes.set(request.stream, createHash(request.algorithm));
    else if (request.kind === 'read') read(request);
    else write(request);
    return undefined;
  };
}
