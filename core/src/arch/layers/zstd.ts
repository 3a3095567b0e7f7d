import { Buffer } from 'node:buffer';
import { Decompress } from 'fzstd';
import { LIMITS } from '../../limits.ts';
import type { Bytes } from '../../content/index.ts';

const MAGIC = 0xfd2fb528;
/** The low four bits of a skippable frame's magic are free. */
const SKIPPABLE = 0x184d2a50;
/** RFC 8878, 3.1.1.2.4. */
const BLOCK_BYTES = 131_072;
const RLE = 1;

/**
 * Decompresses zstd, in any number of frames. Frames and blocks are told apart here and decoded by fzstd (Node 20
 * has no zstd): so that no frame makes it reserve a window beyond `LIMITS.zstdWindowBytes`, and no chunk of many
 * small frames makes it recurse. Throws a plain Error for damage.
 */
export async function* unzstd(content: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new BlockReader(content);
  try {
    for (let magic = await reader.take(4); magic.byteLength > 0; magic = await reader.take(4)) {
      const value = whole(magic, 4).readUInt32LE();
      if (value === MAGIC) yield* frame(reader, magic);
      else if ((value & 0xfffffff0) === SKIPPABLE) await skipFrame(reader);
      else throw new Error('there is no zstd frame where one should begin');
    }
  } finally {
    await reader.close();
  }
}

async function skipFrame(reader: BlockReader): Promise<void> {
  for (let left = whole(await reader.take(4), 4).readUInt32LE(); left > 0;) {
    left -= whole(await reader.take(Math.min(left, BLOCK_BYTES)), Math.min(left, BLOCK_BYTES)).byteLength;
  }
}

async function* frame(reader: BlockReader, magic: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  const header = await frameHeader(reader);
  const output: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.byteLength > 0) output.push(chunk);
  });
  decoder.push(Buffer.concat([magic, header.bytes]));
  for (let last = false; !last;) {
    const block = await reader.takeBlock();
    last = block.last;
    // Its checksum is left out: the layer's digest covers every byte.
    decoder.push(block.bytes, last && !header.hasChecksum);
    yield* output.splice(0);
  }
  if (header.hasChecksum) decoder.push(whole(await reader.take(4), 4), true);
  yield* output.splice(0);
}

interface FrameHeader {
  /** After the magic. */
  readonly bytes: Buffer;
  readonly hasChecksum: boolean;
}

async function frameHeader(reader: BlockReader): Promise<FrameHeader> {
  const first = whole(await reader.take(1), 1);
  const descriptor = first.readUInt8();
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const windowBytes = isSingle ? 0 : 1;
  const size = windowBytes + dictionaryBytes + sizeBytes;
  const rest = whole(await reader.take(size), size);
  const window = isSingle ? contentSize(rest.subarray(dictionaryBytes)) : windowSize(rest.readUInt8());
  if (window > LIMITS.zstdWindowBytes) throw new Error(`a zstd frame needs a window of ${window} bytes`);
  return { bytes: Buffer.concat([first, rest]), hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

function contentSize(field: Buffer): number {
  const added = field.byteLength === 2 ? 256 : 0;
  const value =
    field.byteLength === 8 ? Number(field.readBigUInt64LE()) : field.readUIntLE(0, field.byteLength);
  return value + added;
}

function whole(bytes: Buffer, size: number): Buffer {
  if (bytes.byteLength === size) return bytes;
  throw new Error('the zstd stream is cut off');
}

interface Block {
  /** With its header. */
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Exact numbers of bytes out of chunks of any size. */
class BlockReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(content: Bytes) {
    this.#iterator = content[Symbol.asyncIterator]();
  }

  /** The next `size` bytes; fewer only at the end. */
  async take(size: number): Promise<Buffer> {
    const parts = [this.#held];
    let have = this.#held.byteLength;
    while (have < size) {
      const next = await this.#iterator.next();
      if (next.done === true) break;
      parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
      have += next.value.byteLength;
    }
    const bytes = parts.length === 1 ? this.#held : Buffer.concat(parts, have);
    this.#held = bytes.subarray(size);
    return bytes.subarray(0, size);
  }

  async takeBlock(): Promise<Block> {
    const header = whole(await this.take(3), 3);
    const value = header.readUIntLE(0, 3);
    const size = value >> 3;
    if (size > BLOCK_BYTES) throw new Error(`a zstd block says ${size} bytes`);
    const stored = ((value >> 1) & 3) === RLE ? 1 : size;
    const body = whole(await this.take(stored), stored);
    return { bytes: Buffer.concat([header, body]), last: (value & 1) === 1 };
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
