import type { PeBinary } from './binary.ts';
import { BytesView } from './bytes-view.ts';
import type { FileRange } from './elf.ts';

const MZ = 0x5a4d;
const PE = 0x00004550;
const I386 = 0x14c;
const CLR_DIRECTORY = 14;
const ILONLY = 1;
const REQUIRES_32_BITS = 2;

/** What is known of a PE file so far; `wants` is what would tell whether its .NET code is portable. */
export interface PeHeader {
  readonly binary: PeBinary;
  readonly wants?: FileRange;
}

/**
 * Parses a PE header; undefined for what is none, MS-DOS programs included. .NET code without a processor in it
 * says 386 and names a CLR header, whose flags decide; they are read where they are within `prefix` and else
 * asked for.
 */
export function parsePe(prefix: Uint8Array): PeHeader | undefined {
  const view = new BytesView(prefix, 'little');
  if (view.u16(0) !== MZ) return undefined;
  const start = view.u32(0x3c) ?? 0;
  const machine = view.u16(start + 4);
  if (view.u32(start) !== PE || machine === undefined) return undefined;
  const binary: PeBinary = { format: 'pe', machine, portable: false };
  const clr = machine === I386 ? clrHeader(view, start) : undefined;
  if (clr === undefined) return { binary };
  const bytes = view.slice(clr.offset, clr.size);
  return bytes === undefined ? { binary, wants: clr } : { binary: withClr(binary, bytes) };
}

/** Completes a binary with the CLR header that `wants` asked for. */
export function withClr(binary: PeBinary, bytes: Uint8Array): PeBinary {
  const flags = new BytesView(bytes, 'little').u32(16) ?? 0;
  return { ...binary, portable: (flags & ILONLY) !== 0 && (flags & REQUIRES_32_BITS) === 0 };
}

/** The sections of real files are about ten. */
const SECTIONS = 96;
const CLR_BYTES = 20;

/** Where the CLR header is in the file: its directory says an address, the sections say where that lies. */
function clrHeader(view: BytesView, start: number): FileRange | undefined {
  const optional = start + 24;
  const directories = optional + (numberAt(view, 2, optional) === 0x20b ? 112 : 96);
  const address = numberAt(view, 4, directories + 8 * CLR_DIRECTORY);
  if (address === 0) return undefined;
  const table = optional + numberAt(view, 2, start + 20);
  const count = Math.min(numberAt(view, 2, start + 6), SECTIONS);
  for (let at = table; at < table + 40 * count; at += 40) {
    const offset = address - numberAt(view, 4, at + 12);
    if (offset >= 0 && offset < numberAt(view, 4, at + 16)) {
      return { offset: offset + numberAt(view, 4, at + 20), size: CLR_BYTES };
    }
  }
  return undefined;
}

/** Zero where the bytes end: which is no address, no number of sections and no size. */
function numberAt(view: BytesView, size: 2 | 4, at: number): number {
  return (size === 2 ? view.u16(at) : view.u32(at)) ?? 0;
}
