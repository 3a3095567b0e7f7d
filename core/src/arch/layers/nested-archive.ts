import { Buffer } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';
import { systemCode } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { ElfBinary } from '../binary/binary.ts';
import { probeBytes } from '../binary/file-probe.ts';

/** A native library within an archive of a language: `META-INF/native/libx.so` of a jar. */
export interface NestedLibrary {
  /** Within archives within it, as Java writes it: `BOOT-INF/lib/y.jar!/native/libx.so`. */
  readonly path: string;
  readonly binary: ElfBinary;
}

/** `too-large` for an archive that was not looked into, or not to its end. */
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

  /** Its ELF libraries, those of archives within it included; undefined for what is no zip. */
  finish(): NestedLibraries | undefined {
    if (this.#bytes > LIMITS.nestedArchiveBytes) return 'too-large';
    const reading = new ArchiveReading();
    const libraries = reading.librariesIn(Buffer.concat(this.#chunks), DEPTH);
    return reading.isCut ? 'too-large' : libraries;
  }
}

/** An ear has wars, and a war has jars. */
const DEPTH = 3;

/** Compressed bytes of a library that are looked at: its header is far shorter. */
const START_BYTES = 16_384;

/** Reads a zip, decompressing no more of it than the limit for a whole one. */
class ArchiveReading {
  /** Something was left out because there was too much of it. */
  isCut = false;
  #left = LIMITS.nestedArchiveBytes;

  librariesIn(archive: Buffer, depth: number): readonly NestedLibrary[] | undefined {
    return readEntries(archive)?.flatMap((entry): readonly NestedLibrary[] => {
      if (isLibraryName(entry.name)) {
        const binary = probeBytes(this.#content(archive, entry, START_BYTES));
        return binary?.format === 'elf' ? [{ path: entry.name, binary }] : [];
      }
      if (depth === 1 || !isNestedArchive(entry.name)) return [];
      const within = this.librariesIn(this.#content(archive, entry), depth - 1) ?? [];
      return within.map(({ path, binary }) => ({ path: `${entry.name}!/${path}`, binary }));
    });
  }

  /** The first bytes of an entry; none where it is not where the directory says, damaged or too large. */
  #content(archive: Buffer, entry: ZipEntry, most = Number.POSITIVE_INFINITY): Buffer {
    const packed = packedContent(archive, entry, most);
    if (entry.method === 0) return packed;
    if (entry.method !== 8 || this.isCut) return NOTHING;
    try {
      const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: this.#left };
      const content = inflateRawSync(packed, options);
      this.#left -= content.byteLength;
      this.isCut = this.#left <= 0;
      return content;
    } catch (error) {
      this.isCut = systemCode(error) === 'ERR_BUFFER_TOO_LARGE';
      return NOTHING;
    }
  }
}

const NOTHING = Buffer.alloc(0);

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

function packedContent(archive: Buffer, { offset, compressedSize }: ZipEntry, most: number): Buffer {
  if (offset + 30 > archive.byteLength || archive.readUInt32LE(offset) !== LOCAL_HEADER) return NOTHING;
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  return archive.subarray(start, start + Math.min(compressedSize, most));
}
