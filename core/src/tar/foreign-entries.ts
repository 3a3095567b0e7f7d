import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { BLOCK, type EntryType } from './foreign-header.ts';
import { foldName, parseEntryName, parseLinkTarget } from './foreign-name.ts';
import { invalidAt, quoted, type TarPlace } from './foreign-place.ts';

/** Where the content of a regular file is. */
export interface TarEntry {
  /** Of the first byte of content. */
  readonly offset: number;
  readonly size: number;
  /** The entry is a link, and this is the content of the file it names. */
  readonly isLink: boolean;
}

/** Normalised entry name -> where its content is. Directories are not in it. */
export type TarIndex = ReadonlyMap<string, TarEntry>;

/** An entry with its long names and sizes applied. */
export interface RawEntry {
  readonly type: EntryType;
  readonly name: string;
  readonly linkName: string;
  readonly size: number;
  readonly place: TarPlace;
}

interface Alias {
  readonly target: string;
  readonly place: TarPlace;
}

/** Two regular files of one name, which only equal bytes excuse (go-containerregistry writes shared configs twice). */
export interface RepeatedFile {
  readonly name: string;
  readonly first: TarEntry;
  readonly second: TarEntry;
  readonly place: TarPlace;
}

/** Collects entries, each name once. */
export class ForeignEntries {
  readonly #label: string;
  readonly #files = new Map<string, TarEntry>();
  readonly #aliases = new Map<string, Alias>();
  readonly #folded = new Set<string>();
  readonly #repeated: RepeatedFile[] = [];
  #nameBytes = 0;

  constructor(label: string) {
    this.#label = label;
  }

  add(entry: RawEntry): void {
    const { place, size } = entry;
    const name = parseEntryName(entry.name, place);
    const type = entry.name.endsWith('/') && entry.type === 'file' ? 'directory' : entry.type;
    if (type !== 'file') refuseContent(entry);
    if (type === 'directory') return;
    if (name === '') throw invalidAt(place, `the name ${quoted(entry.name)} is that of a directory`);
    if (type !== 'file') {
      this.#addAlias(name, entry);
      return;
    }
    this.#addFile(name, { offset: place.offset + BLOCK, size, isLink: false }, place);
  }

  /** To be compared, byte by byte, before the index is believed. */
  get repeated(): readonly RepeatedFile[] {
    return this.#repeated;
  }

  #addFile(name: string, file: TarEntry, place: TarPlace): void {
    const first = this.#files.get(name);
    if (first?.size === file.size && file.size <= LIMITS.documentBytes) {
      this.#repeated.push({ name, first, second: file, place });
      return;
    }
    this.#claim(name, place);
    this.#files.set(name, file);
  }

  /** A symbolic link's target is relative to the link, a hard link's to the root of the archive. */
  #addAlias(name: string, { type, linkName, place }: RawEntry): void {
    const target =
      type === 'hardlink' ? parseEntryName(linkName, place) : parseLinkTarget(name, linkName, place);
    if (this.#aliases.get(name)?.target === target) return;
    this.#claim(name, place);
    this.#aliases.set(name, { target, place });
  }

  /** The index, links resolved. A link to anything but a regular file of the archive is ARCHIVE_INVALID. */
  finish(): TarIndex {
    const index = new Map(this.#files);
    for (const [name, { target, place }] of this.#aliases) {
      const file = this.#files.get(target);
      if (file === undefined) {
        throw invalidAt(
          place,
          `the link ${quoted(name)} points to ${quoted(target)}, which is no regular file of the archive`,
        );
      }
      index.set(name, { ...file, isLink: true });
    }
    return index;
  }

  /** A name that stands twice, or that only case or Unicode form tells apart, is read differently by each tool. */
  #claim(name: string, place: TarPlace): void {
    const folded = foldName(name);
    if (this.#folded.has(folded)) throw invalidAt(place, `the name ${quoted(name)} stands twice`);
    this.#folded.add(folded);
    this.#nameBytes += name.length;
    if (this.#nameBytes <= LIMITS.tarNamesBytes) return;
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${this.#label}: entry names of more than ${LIMITS.tarNamesBytes} bytes together`,
    );
  }
}

/** Readers disagree whether bytes follow such an entry. */
function refuseContent({ name, size, type, place }: RawEntry): void {
  if (size === 0) return;
  throw invalidAt(place, `the ${type} ${quoted(name)} says it has ${size} bytes of content`);
}
