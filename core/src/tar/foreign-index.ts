import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted, XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { onPath } from '../files/index.ts';
import { ForeignEntries, type RepeatedFile, type TarIndex } from './foreign-entries.ts';
import { openRegularFile } from './foreign-file.ts';
import { BLOCK, decodeUtf8, parseForeignHeader, type ForeignHeader } from './foreign-header.ts';
import { parsePax, type PaxRecords } from './foreign-pax.ts';
import { invalidAt, quoted, type TarPlace } from './foreign-place.ts';
import { ForeignWindow, refuseCompressed } from './foreign-window.ts';

export interface IndexTarOptions {
  readonly signal?: AbortSignal | undefined;
  /** What messages call the file; its path by default. */
  readonly label?: string;
}

/**
 * Finds every regular file of an uncompressed tar that something else wrote, without extracting anything: only
 * headers are read. Takes v7, ustar, PAX and GNU archives; links are resolved in memory, one hop, to files of
 * the archive itself.
 *
 * Errors: ARCHIVE_INVALID for anything two readers could read in two ways or that no image archive has (devices,
 * sparse files, names that leave the archive or stand twice, a wrong checksum, an entry or the end cut off, bytes
 * after the end), UNSUPPORTED for a compressed file, LIMIT_EXCEEDED, FILE_SYSTEM, INTERRUPTED. A handle passed in
 * stays open.
 */
export async function indexTar(file: string | FileHandle, options: IndexTarOptions = {}): Promise<TarIndex> {
  if (typeof file !== 'string') return indexHandle(file, options.label ?? 'the archive', options.signal);
  const handle = await openRegularFile(file);
  try {
    return await indexHandle(handle, options.label ?? file, options.signal);
  } finally {
    await handle.close();
  }
}

async function indexHandle(
  handle: FileHandle,
  label: string,
  signal: AbortSignal | undefined,
): Promise<TarIndex> {
  const { size } = await onPath('reading', label, () => handle.stat());
  const window = new ForeignWindow(handle, label, signal);
  refuseCompressed(await window.read(0, BLOCK), label);
  return new ForeignReader(window, { label, size, signal }).index();
}

/** Records of extension headers that wait for the entry they belong to. */
interface Pending {
  pax?: PaxRecords;
  name?: string;
  link?: string;
}

interface TarFile {
  readonly label: string;
  readonly size: number;
  readonly signal: AbortSignal | undefined;
}

class ForeignReader {
  readonly #window: ForeignWindow;
  readonly #file: TarFile;
  readonly #entries: ForeignEntries;
  #pending: Pending = {};

  constructor(window: ForeignWindow, file: TarFile) {
    this.#window = window;
    this.#file = file;
    this.#entries = new ForeignEntries(file.label);
  }

  async index(): Promise<TarIndex> {
    let at = 0;
    for (let headers = 0; ; headers++) {
      const place: TarPlace = { label: this.#file.label, offset: at };
      const block = await this.#block(place);
      if (isZero(block)) break;
      if (headers === LIMITS.tarEntries) throw this.#tooMany();
      at = await this.#take(parseForeignHeader(block, place), place);
    }
    if (Object.keys(this.#pending).length > 0) {
      throw invalidAt(this.#place(at), 'the archive ends where the entry of an extension header should be');
    }
    await this.#refuseJunk(at);
    for (const file of this.#entries.repeated) await this.#refuseDifferent(file);
    return this.#entries.finish();
  }

  async #block(place: TarPlace): Promise<Buffer> {
    const block = await this.#window.read(place.offset, BLOCK);
    if (block.byteLength === BLOCK) return block;
    throw invalidAt(place, 'the file ends here, without the end mark of a tar: it was cut off, or is no tar');
  }

  /** Takes in one header and what belongs to it; returns where the next one is. */
  async #take(header: ForeignHeader, place: TarPlace): Promise<number> {
    switch (header.type) {
      case 'pax':
      case 'pax-global':
      case 'long-name':
      case 'long-link':
        await this.#extend(header, place);
        return this.#after(header.size, place);
      default:
        return this.#enter(header, place);
    }
  }

  async #extend({ type, size }: ForeignHeader, place: TarPlace): Promise<void> {
    const body = await this.#metadata(size, place);
    const pending = this.#pending;
    if (type === 'pax-global') refusePlaces(parsePax(body, place), place);
    else if (type === 'pax') pending.pax = once(pending.pax, parsePax(body, place), place);
    else if (type === 'long-name') pending.name = once(pending.name, parseLongName(body, place), place);
    else pending.link = once(pending.link, parseLongName(body, place), place);
  }

  async #metadata(size: number, place: TarPlace): Promise<Buffer> {
    if (size > LIMITS.tarMetadataBytes) {
      throw new XbundleError(
        'LIMIT_EXCEEDED',
        `reading ${place.label}: tar entry at byte ${place.offset}: an extension header of ${size} bytes, want at most ${LIMITS.tarMetadataBytes}`,
      );
    }
    this.#after(size, place);
    return this.#window.read(place.offset + BLOCK, size);
  }

  #enter(header: ForeignHeader, place: TarPlace): number {
    const { pax = {}, name, link } = this.#pending;
    this.#pending = {};
    refuseTwoNames(name, pax.path, place);
    refuseTwoNames(link, pax.linkpath, place);
    const size = effectiveSize(header.size, pax.size, place);
    const next = this.#after(size, place);
    this.#entries.add({
      type: header.type,
      name: pax.path ?? name ?? header.name,
      linkName: pax.linkpath ?? link ?? header.linkName,
      size,
      place,
    });
    return next;
  }

  /** Where the header after `size` bytes of content is. The content, without its padding, must be in the file. */
  #after(size: number, place: TarPlace): number {
    const start = place.offset + BLOCK;
    if (start + size <= this.#file.size) return start + Math.ceil(size / BLOCK) * BLOCK;
    throw invalidAt(place, `its ${size} bytes reach beyond the end of the file: it was cut off`);
  }

  /** Two zero blocks end a tar; what follows is padding to a record of the writer's choice. */
  async #refuseJunk(end: number): Promise<void> {
    await this.#block(this.#place(end + BLOCK));
    for (let at = end; at < this.#file.size;) {
      throwIfAborted(this.#file.signal);
      const chunk = await this.#window.read(at, Math.min(LIMITS.chunkBytes, this.#file.size - at));
      if (!isZero(chunk)) throw invalidAt(this.#place(at), 'there are bytes after the end mark of the tar');
      if (chunk.byteLength === 0) return;
      at += chunk.byteLength;
    }
  }

  async #refuseDifferent({ name, first, second, place }: RepeatedFile): Promise<void> {
    const size = first.size;
    const before = await this.#window.read(first.offset, size);
    if (before.equals(await this.#window.read(second.offset, size))) return;
    throw invalidAt(place, `the name ${quoted(name)} stands twice, with different content`);
  }

  #place(offset: number): TarPlace {
    return { label: this.#file.label, offset };
  }

  #tooMany(): XbundleError {
    return new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${this.#file.label}: more than ${LIMITS.tarEntries} tar entries`,
    );
  }
}

/** A first byte of zero, and every other byte equal to the one before it: one comparison of memory. */
function isZero(bytes: Buffer): boolean {
  return bytes.byteLength === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)));
}

function once<T>(before: T | undefined, value: T, place: TarPlace): T {
  if (before === undefined) return value;
  throw invalidAt(place, 'an entry has two extension headers of one kind');
}

function refusePlaces({ path, size, linkpath }: PaxRecords, place: TarPlace): void {
  if (path === undefined && size === undefined && linkpath === undefined) return;
  throw invalidAt(place, 'a global PAX header sets the name or size of every entry after it');
}

function parseLongName(body: Uint8Array, place: TarPlace): string {
  const end = body.indexOf(0);
  if (end !== -1 && body.subarray(end).some((byte) => byte !== 0)) {
    throw invalidAt(place, 'a GNU long name has bytes after its end');
  }
  return decodeUtf8(end === -1 ? body : body.subarray(0, end), place);
}

function refuseTwoNames(gnu: string | undefined, pax: string | undefined, place: TarPlace): void {
  if (gnu === undefined || pax === undefined || gnu === pax) return;
  throw invalidAt(place, 'its GNU and its PAX long name differ');
}

/** What the size field can say in octal; beyond, writers leave anything there and put the size into PAX. */
const LARGEST_OCTAL = 0o77777777777;

function effectiveSize(field: number, pax: number | undefined, place: TarPlace): number {
  if (pax === undefined || pax === field) return field;
  if (field === 0 || pax > LARGEST_OCTAL) return pax;
  throw invalidAt(place, `its header says ${field} bytes, its PAX record ${pax}`);
}
