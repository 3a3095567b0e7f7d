import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted, XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { onPath } from '../files/index.ts';

const SMALLEST = 4096;

/**
 * Reads pieces of a file in rising order through a look-ahead buffer. After a jump it reads little, because
 * a blob and then one header follow; where pieces lie close together it reads ever more at once.
 */
export class ForeignWindow {
  readonly #file: FileHandle;
  readonly #label: string;
  readonly #signal: AbortSignal | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #size = SMALLEST;

  constructor(file: FileHandle, label: string, signal: AbortSignal | undefined) {
    this.#file = file;
    this.#label = label;
    this.#signal = signal;
  }

  /**
   * The bytes at `offset`, valid until the next call: fewer than `length` only at the end of the file. Errors:
   * FILE_SYSTEM, INTERRUPTED.
   */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = this.#start + this.#buffer.byteLength;
    if (offset < this.#start || offset + length > end) {
      const isNear = offset >= this.#start && offset - end < this.#size;
      this.#size = isNear ? Math.min(this.#size * 2, LIMITS.chunkBytes) : SMALLEST;
      await this.#load(offset, Math.max(length, this.#size));
    }
    return this.#buffer.subarray(offset - this.#start, offset - this.#start + length);
  }

  async #load(offset: number, length: number): Promise<void> {
    throwIfAborted(this.#signal);
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const bytesRead = await this.#pread(buffer, filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#buffer = buffer.subarray(0, filled);
    this.#start = offset;
  }

  async #pread(buffer: Buffer, filled: number, position: number): Promise<number> {
    const length = buffer.byteLength - filled;
    return onPath('reading', this.#label, async () => {
      return (await this.#file.read(buffer, filled, length, position)).bytesRead;
    });
  }
}

/** UNSUPPORTED for a compressed file, with what to do; a tar inside could not be read by offset. */
export function refuseCompressed(start: Uint8Array, label: string): void {
  const hex = Buffer.from(start.subarray(0, 6)).toString('hex');
  const found = COMPRESSIONS.find(({ magic }) => magic.test(hex));
  if (found === undefined) return;
  throw new XbundleError(
    'UNSUPPORTED',
    `reading ${label}: it is compressed with ${found.name}. Decompress it first: ${found.command} ${label}`,
  );
}

const COMPRESSIONS: readonly { magic: RegExp; name: string; command: string }[] = [
  { magic: /^1f8b/, name: 'gzip', command: 'gunzip --keep' },
  { magic: /^(28b52ffd|5[0-9a-f]2a4d18)/, name: 'zstd', command: 'unzstd' },
  { magic: /^425a68/, name: 'bzip2', command: 'bunzip2 --keep' },
  { magic: /^fd377a585a00/, name: 'xz', command: 'unxz --keep' },
  { magic: /^04224d18/, name: 'lz4', command: 'unlz4' },
  { magic: /^504b0304/, name: 'zip', command: 'unzip' },
];
