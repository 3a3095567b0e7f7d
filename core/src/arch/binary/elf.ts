import type { ElfBinary, ElfKind } from './binary.ts';
import { BytesView, cString } from './bytes-view.ts';

/** A range of the file that a parser wants beyond the prefix it was given. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/** A parsed ELF header, with the places of what it refers to. */
export interface ElfHeader {
  readonly binary: ElfBinary;
  /** Where the text of PT_INTERP is. */
  readonly interpreter?: FileRange;
}

const KINDS: Readonly<Record<number, ElfKind>> = {
  1: 'relocatable',
  2: 'executable',
  3: 'shared',
  4: 'core',
};

const PT_INTERP = 3;
const PT_NOTE = 4;

/** Linux takes no longer path, and no real loader is near it. */
const INTERPRETER_BYTES = 4096;

/** Real files have about a dozen; more would only cost time. */
const PROGRAM_HEADERS = 128;

/**
 * Parses the header and, as far as they are in `prefix`, the program headers of an ELF file; undefined for what
 * is none. Never throws.
 */
export function parseElf(prefix: Uint8Array): ElfHeader | undefined {
  const identity = new BytesView(prefix, 'little');
  if (identity.u32(0) !== 0x464c457f) return undefined;
  const bits = CLASSES[identity.u8(4) ?? 0];
  const endian = ENDIANS[identity.u8(5) ?? 0];
  if (bits === undefined || endian === undefined) return undefined;
  return parseHeader({ bits, endian }, prefix);
}

const CLASSES: Readonly<Record<number, 32 | 64>> = { 1: 32, 2: 64 };
const ENDIANS: Readonly<Record<number, 'little' | 'big'>> = { 1: 'little', 2: 'big' };

function parseHeader(
  { bits, endian }: Pick<ElfBinary, 'bits' | 'endian'>,
  prefix: Uint8Array,
): ElfHeader | undefined {
  const view = new BytesView(prefix, endian);
  const machine = view.u16(18);
  const isWhole = view.u8(bits === 64 ? 63 : 51) !== undefined;
  if (machine === undefined || !isWhole) return undefined;
  const kind = KINDS[view.u16(16) ?? 0] ?? 'other';
  return withSegments({ format: 'elf', kind, bits, endian, machine }, view);
}

function withSegments(binary: ElfBinary, view: BytesView): ElfHeader {
  const segments = programHeaders(binary, view);
  const range = segments.find(({ type }) => type === PT_INTERP)?.range;
  const x86Level =
    binary.machine === EM_X86_64 ? highest(segments.map((each) => x86LevelIn(each, view))) : undefined;
  const read = range === undefined ? undefined : readInterpreter(view.slice(range.offset, range.size));
  return {
    binary: {
      ...binary,
      ...(read !== undefined && { interpreter: read }),
      ...(x86Level !== undefined && { x86Level }),
    },
    ...(range !== undefined && { interpreter: range }),
  };
}

/** The loader's path out of the bytes of PT_INTERP. */
export function readInterpreter(bytes: Uint8Array | undefined): string | undefined {
  const text = bytes === undefined ? '' : cString(bytes);
  return text === '' ? undefined : text;
}

export const EM_X86_64 = 62;
export const EM_ARM = 40;

interface Segment {
  readonly type: number;
  readonly range: FileRange;
}

function programHeaders({ bits }: ElfBinary, view: BytesView): readonly Segment[] {
  const wide = bits === 64;
  const start = wide ? view.u64(32) : view.u32(28);
  const size = view.u16(wide ? 54 : 42) ?? 0;
  const count = Math.min(view.u16(wide ? 56 : 44) ?? 0, PROGRAM_HEADERS);
  if (start === undefined || size < (wide ? 56 : 32)) return [];
  return Array.from({ length: count }, (_, number) => start + number * size).flatMap((at) => {
    const type = view.u32(at);
    const offset = wide ? view.u64(at + 8) : view.u32(at + 4);
    const bytes = wide ? view.u64(at + 32) : view.u32(at + 16);
    if (type === undefined || offset === undefined || bytes === undefined) return [];
    return [{ type, range: { offset, size: Math.min(bytes, INTERPRETER_BYTES) } }];
  });
}

const NT_GNU_PROPERTY = 5;
const X86_ISA_1_NEEDED = 0xc0008002;

/** The highest x86-64 level that a note segment names; see the x86-64 psABI, "GNU property". */
function x86LevelIn({ type, range }: Segment, view: BytesView): number | undefined {
  if (type !== PT_NOTE) return undefined;
  const end = range.offset + range.size;
  for (let at = range.offset; at + 16 <= end;) {
    const nameSize = view.u32(at);
    const size = view.u32(at + 4);
    if (nameSize === undefined || size === undefined) return undefined;
    const content = at + 12 + alignUp(nameSize, 4);
    if (view.u32(at + 8) === NT_GNU_PROPERTY) return levelOfProperties(view, content, content + size);
    at = content + alignUp(size, 4);
  }
  return undefined;
}

function levelOfProperties(view: BytesView, start: number, end: number): number | undefined {
  for (let at = start; at + 8 <= end;) {
    const type = view.u32(at);
    const size = view.u32(at + 4);
    if (type === undefined || size === undefined) return undefined;
    if (type === X86_ISA_1_NEEDED) return 32 - Math.clz32((view.u32(at + 8) ?? 0) & 0xf);
    at += 8 + alignUp(size, 8);
  }
  return undefined;
}

function alignUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

function highest(levels: readonly (number | undefined)[]): number | undefined {
  const known = levels.filter((level) => level !== undefined && level > 0);
  return known.length === 0 ? undefined : Math.max(...known.map((level) => level ?? 0));
}
