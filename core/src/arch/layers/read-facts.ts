import { Buffer } from 'node:buffer';
import type { Bytes } from '../../content/index.ts';
import type { Binary } from '../binary/binary.ts';
import { FileProbe } from '../binary/file-probe.ts';
import type { FileFacts } from './layer-listing.ts';
import { isNestedArchive, NestedArchive, type NestedLibraries } from './nested-archive.ts';
import { keepsText, TEXT_BYTES } from './text-files.ts';

export const DATA: FileFacts = { executable: false };
const EXECUTABLE_DATA: FileFacts = { executable: true };

export interface NamedFile {
  readonly path: string;
  readonly executable: boolean;
  /** Whether jars and wheels are looked into. */
  readonly archives: boolean;
}

/** What is kept of a regular file, all of whose bytes are read. */
export async function readFacts(content: Bytes, file: NamedFile): Promise<FileFacts> {
  const probe = new FileProbe();
  const text = keepsText(file.path) ? new TextStart() : undefined;
  const archive = file.archives && isNestedArchive(file.path) ? new NestedArchive() : undefined;
  const readers = [probe, text, archive].filter((reader) => reader !== undefined);
  for await (const chunk of content) for (const reader of readers) reader.update(chunk);
  const known = kept({ binary: probe.finish(), nested: archive?.finish(), text: text?.toString() });
  // A script that nobody can start is data; one that a program is told to run may lack the bit.
  if (Object.keys(known).length === 0) return file.executable ? EXECUTABLE_DATA : DATA;
  return { executable: file.executable, ...known };
}

interface Known {
  readonly binary: Binary | undefined;
  readonly nested: NestedLibraries | undefined;
  readonly text: string | undefined;
}

function kept({ binary, nested, text }: Known): Omit<FileFacts, 'executable'> {
  return {
    ...(binary !== undefined && { binary }),
    ...(nested !== undefined && { nested }),
    ...(text !== undefined && { text }),
  };
}

/** The first bytes of a text file. */
class TextStart {
  #bytes: Buffer = Buffer.alloc(0);

  update(chunk: Uint8Array): void {
    const missing = TEXT_BYTES - this.#bytes.byteLength;
    if (missing > 0) this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(0, missing)]);
  }

  toString(): string {
    return this.#bytes.toString('utf8');
  }
}
