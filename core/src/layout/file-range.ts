import { type FileHandle } from 'node:fs/promises';
import { throwIfAborted } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Bytes, type CallOptions } from '../content/index.ts';
import { fileError } from '../tar/foreign-file.ts';

export interface FileRange {
  readonly offset: number;
  readonly size: number;
  /** The file, for messages. */
  readonly label: string;
}

/**
 * The bytes of a range in chunks of 1 MiB; fewer when the file ends within it. The next chunk is read while the
 * consumer works on one. The handle stays open. Errors: FILE_SYSTEM, INTERRUPTED.
 */
export async function* readRange(file: FileHandle, range: FileRange, options: CallOptions = {}): Bytes {
  const end = range.offset + range.size;
  let at = range.offset;
  let next = at < end ? readChunk(file, at, range) : undefined;
  try {
    while (next !== undefined) {
      const chunk: Uint8Array = await next;
      throwIfAborted(options.signal);
      at += chunk.byteLength;
      next = at < end && chunk.byteLength > 0 ? readChunk(file, at, range) : undefined;
      // A consumer that stops early never awaits this read; its failure must not end the process.
      next?.catch(ignore);
      if (chunk.byteLength > 0) yield chunk;
    }
  } finally {
    await next?.catch(ignore);
  }
}

function ignore(): void {
  // Said to whoever awaits the read.
}

async function readChunk(file: FileHandle, position: number, range: FileRange): Promise<Uint8Array> {
  const length = Math.min(LIMITS.chunkBytes, range.offset + range.size - position);
  try {
    const buffer = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await file.read(buffer, 0, length, position);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw fileError(`reading ${range.label}`, cause);
  }
}
