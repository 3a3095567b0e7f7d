import type { DigestAlgorithm } from '../model/index.ts';

/** What a hashing writer does, one after the other, in whatever thread it works. */
export type HashingRequest =
  /** Starts a stream at `offset` of the file, where the first `ready` bytes of it lie already. */
  | { kind: 'begin'; stream: number; algorithm: DigestAlgorithm; offset: number; ready: number }
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

  const begin = (request: Extract<HashingRequest, { kind: 'begin' }>): void => {
    const { stream, algorithm, offset, ready } = request;
    const hash = createHash(algorithm);
    const buffer = new Uint8Array(Math.min(ready, chunkBytes));
    for (let done = 0; done < ready;) {
      const read = readSync(file, buffer, 0, Math.min(chunkBytes, ready - done), offset + done);
      if (read === 0) break;
      hash.update(buffer.subarray(0, read));
      done += read;
    }
    hashes.set(stream, hash);
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
    if (request.kind === 'begin') begin(request);
    else write(request);
    return undefined;
  };
}
