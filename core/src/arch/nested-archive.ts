import { Buffer } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';
import { LIMITS } from '../limits.ts';
import type { ElfBinary } from './binary.ts';
import { probeBytes } from './file-probe.ts';

/** A native library within an archive of a language: `META-INF/native/libx.so` of a jar. */
export interface NestedLibrary {
  readonly path: string;
  readonly binary: ElfBinary;
}

/** `too-large` for an archive that was not looked into. */
export type NestedLibraries = readonly NestedLibrary[] | 'too-large';

/** Whether a file is an archive from which a runtime loads native libraries: Java's and Python's. */
export function isNestedArchive(path: string): boolean {
  return /\.(?:jar|war|ear|whl|egg)$/.test(path);
}

/** Gathers an archive as it streams by, as far as `LIMITS.nestedArchiveBytes` goes. */
export class NestedArchive {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  update(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= LIMITS.nestedArchiveBytes) this.#chunks.push(Buffer.from(chunk));
    else this.#chunks.length = 0;
  }

  /** Its ELF libraries; undefined for what is no zip. */
  finish(): NestedLibraries | undefined {
    if (this.#bytes > LIMITS.nestedArchiveBytes) return 'too-large';
    const archive = Buffer.concat(this.#chunks);
    return readEntries(archive)?.flatMap((entry) => {
      const binary = isLibraryName(entry.name) ? probeBytes(contentStart(archive, entry)) : undefined;
      return binary?.format === 'elf' ? [{ path: entry.name, binary }] : [];
    });
  }
}

/** JNI libraries and Python extensions; `jnilib` and `dylib` are for macOS. */
function isLibraryName(name: string): boolean {
  return /\.so(?:\.[0-9][^/]*)?$/.test(name);
}

interface ZipEntry {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly compressedSize: number;
  /** Of its local header. */
  readonly offset: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
/** The end record and the longest comment after it. */
const END_BYTES = 22 + 65_535;

/** The central directory, which is at the end; undefined where there is none. Entries of a broken one are left out. */
function readEntries(archive: Buffer): readonly ZipEntry[] | undefined {
  const end = findEnd(archive);
  if (end === undefined) return undefined;
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0 && at + 46 <= end; left--) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) break;
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    entries.push({
      name: archive.toString('utf8', at + 46, nameEnd),
      method: archive.readUInt16LE(at + 10),
      compressedSize: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    });
    at = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(archive: Buffer): number | undefined {
  const first = Math.max(0, archive.byteLength - END_BYTES);
  for (let at = archive.byteLength - 22; at >= first; at--)
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  return undefined;
}

/** Compressed bytes that are looked at: headers are far shorter, and nothing that they decompress to is large. */
const START_BYTES = 16_384;

/** The first bytes of an entry; none where it is not where the directory says, or damaged. */
function contentStart(archive: Buffer, { offset, method, compressedSize }: ZipEntry): Buffer {
  if (offset + 30 > archive.byteLength || archive.readUInt32LE(offset) !== LOCAL_HEADER)
    return Buffer.alloc(0);
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const packed = archive.subarray(start, start + Math.min(compressedSize, START_BYTES));
  if (method === 0) return packed;
  try {
    return method === 8 ? inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }) : Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  }
}
