import { headerBytes, paddingFor, TRAILER_BYTES } from './header.ts';

/** A regular file of an archive to be. */
export interface TarEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** Where an entry lies in the archive; offsets count from its first byte. */
export interface PlacedEntry extends TarEntry {
  readonly headerOffset: number;
  readonly contentOffset: number;
  /** Offset of the first byte after content and padding. */
  readonly end: number;
}

export interface TarPlacement {
  readonly entries: readonly PlacedEntry[];
  /** The whole archive with its trailer. */
  readonly size: number;
}

/** Knows every offset of an archive before a byte of it is written, since all names and sizes are known. */
export function placeEntries(entries: readonly TarEntry[]): TarPlacement {
  let offset = 0;
  const placed = entries.map((entry): PlacedEntry => {
    const headerOffset = offset;
    const contentOffset = headerOffset + headerBytes(entry.name, entry.size);
    offset = contentOffset + entry.size + paddingFor(entry.size);
    return { ...entry, headerOffset, contentOffset, end: offset };
  });
  return { entries: placed, size: offset + TRAILER_BYTES };
}
