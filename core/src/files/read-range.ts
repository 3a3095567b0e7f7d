import type { FileHandle } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import { XbundleError, throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { ReadOptions } from '../content/index.ts';

/** A stretch of a file, in bytes. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/**
 * Streams a stretch of an open file in chunks of up to 1 MiB; the next chunk is being read while one is used.
 * Throws SIZE_MISMATCH when the file ends before the stretch does. The handle stays open.
 */
export async function* readRange(
  file: FileHandle,
  { offset, size }: FileRange,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  const { signal, allocate = (bytes: number) => Buffer.allocUnsafe(bytes) } = options;
  const readAt = async (position: number, left: number): Promise<Uint8Array> => {
    const memory = allocate(Math.min(left, LIMITS.chunkBytes));
    const { bytesRead } = await file.read(memory, 0, memory.byteLength, position);
    return memory.subarray(0, bytesRead);
  };
  let ahead = readAt(offset, size);
  try {
    while (done < size) {
      throwIfAborted(signal);
      const chunk = await ahead;
      if (chunk.byteLength === 0) throw tooShort(offset, size, done);
      done += chunk.byteLength;
      ahead = done < size ? readAt(offset + done, size - done) : Promise.resolve(chunk);
      // A failure is met at the next await; until then it must not count as unhandled.
      ahead.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await ahead.catch(() => undefined);
  }
}

function tooShort(offset: number, size: number, got: number): XbundleError {
  return new XbundleError(
    'SIZE_MISMATCH',
    `reading ${size} bytes at ${offset}: the file ends after ${got} of them`,
  );
}

/** A stretch in memory, for small files only; shorter than asked where the file ends. */
export async function readBytes(file: FileHandle, { offset, size }: FileRange): Promise<Uint8Array> {
  const buffer = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const { bytesRead } = await file.read(buffer, done, size - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
