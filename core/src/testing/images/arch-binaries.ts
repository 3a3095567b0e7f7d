/** Headers of programs for any machine, made field by field: nothing of them runs. */

export interface ElfOptions {
  /** `EI_CLASS`, `EI_DATA` and `e_machine` of a platform's architecture; 64-bit little-endian x86 when absent. */
  readonly machine?: number;
  readonly bits?: 32 | 64;
  readonly endian?: 'little' | 'big';
  /** `e_type`: 2 an executable (the default), 3 a shared object, 1 an object file. */
  readonly type?: number;
  readonly flags?: number;
  readonly interpreter?: string;
  /** X86_ISA_1_NEEDED. */
  readonly x86Needed?: number;
  /** Tag_CPU_arch. */
  readonly armTag?: number;
  /** As Go's build information has it. */
  readonly goArm?: number;
  /** Bytes between the headers and what comes after them. */
  readonly padding?: number;
}

const MACHINES: Readonly<Record<string, ElfOptions>> = {
  '386': { machine: 3, bits: 32 },
  amd64: { machine: 62 },
  arm: { machine: 40, bits: 32, flags: 0x5000400 },
  arm64: { machine: 183 },
  loong64: { machine: 258, flags: 0x43 },
  mips64le: { machine: 8 },
  ppc64le: { machine: 21, flags: 2 },
  riscv64: { machine: 243, flags: 5 },
  s390x: { machine: 22, endian: 'big' },
};

/** An ELF file for the architecture of a platform. */
export function elfFor(architecture: string, options: ElfOptions = {}): Buffer {
  const machine = MACHINES[architecture];
  if (machine === undefined) throw new Error(`no ELF for ${architecture}`);
  return elfBytes({ ...machine, ...options });
}

/** A shared object for the architecture of a platform. */
export function libraryFor(architecture: string): Buffer {
  return elfFor(architecture, { type: 3 });
}

const DEFAULTS = { machine: 62, bits: 64, endian: 'little', type: 2, flags: 0, padding: 0 } as const;

export function elfBytes(options: ElfOptions): Buffer {
  const { machine, bits, endian, type, flags, padding } = { ...DEFAULTS, ...options };
  const wide = bits === 64;
  const [headerBytes, segmentBytes] = wide ? [64, 56] : [52, 32];
  const parts = segmentsOf(options);
  const header = Buffer.alloc(headerBytes);
  const put = putter(header, endian);
  header.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, endian === 'big' ? 2 : 1, 1]);
  put(16, 2, type);
  put(18, 2, machine);
  put(20, 4, 1);
  put(wide ? 32 : 28, wide ? 8 : 4, headerBytes);
  put(wide ? 48 : 36, 4, flags);
  put(wide ? 54 : 42, 2, segmentBytes);
  put(wide ? 56 : 44, 2, parts.length);
  let offset = headerBytes + segmentBytes * parts.length + padding;
  const segments = parts.map((part) => {
    const segment = segmentHeader(part, { wide, endian, offset });
    offset += part.bytes.byteLength;
    return segment;
  });
  const contents = parts.map(({ bytes }) => bytes);
  return Buffer.concat([header, ...segments, Buffer.alloc(padding), ...contents, trailer(options)]);
}

interface SegmentForm {
  readonly wide: boolean;
  readonly endian: 'little' | 'big';
  readonly offset: number;
}

function segmentHeader({ type, bytes }: Part, { wide, endian, offset }: SegmentForm): Buffer {
  const segment = Buffer.alloc(wide ? 56 : 32);
  const put = putter(segment, endian);
  put(0, 4, type);
  put(wide ? 8 : 4, wide ? 8 : 4, offset);
  put(wide ? 32 : 16, wide ? 8 : 4, bytes.byteLength);
  return segment;
}

interface Part {
  readonly type: number;
  readonly bytes: Buffer;
}

function segmentsOf({ interpreter, x86Needed }: ElfOptions): readonly Part[] {
  return [
    ...(interpreter === undefined ? [] : [{ type: 3, bytes: Buffer.from(`${interpreter}\0`) }]),
    ...(x86Needed === undefined ? [] : [{ type: 4, bytes: gnuProperty(x86Needed) }]),
  ];
}

function gnuProperty(needed: number): Buffer {
  const note = Buffer.alloc(32);
  note.writeUInt32LE(4, 0);
  note.writeUInt32LE(16, 4);
  note.writeUInt32LE(5, 8);
  note.write('GNU\0', 12, 'latin1');
  note.writeUInt32LE(0xc0008002, 16);
  note.writeUInt32LE(4, 20);
  note.writeUInt32LE(needed, 24);
  return note;
}

function trailer({ armTag, goArm, endian }: ElfOptions): Buffer {
  const go = goArm === undefined ? '' : `build\tGOARCH=arm\nbuild\tGOARM=${goArm}\n`;
  const attributes = armTag === undefined ? Buffer.alloc(0) : armAttributes(armTag, endian ?? 'little');
  return Buffer.concat([Buffer.from(go), attributes, Buffer.alloc(40)]);
}

/** `A`, length, vendor, a file subsection with a CPU name (text), the architecture and a number. */
function armAttributes(tag: number, endian: 'little' | 'big'): Buffer {
  const body = Buffer.from([5, 0x37, 0x2d, 0x41, 0, 6, tag, 8, 1]);
  const section = Buffer.alloc(1 + 4 + 6 + 5 + body.byteLength);
  const put = putter(section, endian);
  section.write('A', 0, 'latin1');
  put(1, 4, section.byteLength - 1);
  section.write('aeabi\0', 5, 'latin1');
  put(11, 1, 1);
  put(12, 4, 5 + body.byteLength);
  section.set(body, 16);
  return section;
}

type Put = (at: number, size: 1 | 2 | 4 | 8, value: number) => void;

function putter(bytes: Buffer, endian: 'little' | 'big'): Put {
  const little = endian === 'little';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (at, size, value) => {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, little);
    else if (size === 4) view.setUint32(at, value, little);
    else view.setBigUint64(at, BigInt(value), little);
  };
}

export interface PeOptions {
  /** `CorFlags` of .NET code; absent for native code. */
  readonly corFlags?: number;
}

/** A PE header with one section. */
export function peBytes(machine: number, { corFlags }: PeOptions = {}): Buffer {
  const bytes = Buffer.alloc(1024);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80, 'latin1');
  bytes.writeUInt16LE(machine, 0x84);
  bytes.writeUInt16LE(1, 0x86);
  bytes.writeUInt16LE(224, 0x94);
  bytes.writeUInt16LE(0x10b, 0x98);
  if (corFlags === undefined) return bytes;
  bytes.writeUInt32LE(0x2000, 0x98 + 96 + 8 * 14);
  const section = 0x98 + 224;
  bytes.writeUInt32LE(0x2000, section + 12);
  bytes.writeUInt32LE(512, section + 16);
  bytes.writeUInt32LE(512, section + 20);
  bytes.writeUInt32LE(corFlags, 512 + 16);
  return bytes;
}

/** A Mach-O header; several architectures make a universal one. */
export function machBytes(...cpus: readonly number[]): Buffer {
  const [first = 0, ...rest] = cpus;
  if (rest.length === 0) {
    const thin = Buffer.alloc(32);
    thin.writeUInt32LE(0xfeedfacf, 0);
    thin.writeUInt32LE(first, 4);
    return thin;
  }
  const fat = Buffer.alloc(8 + 20 * cpus.length);
  fat.writeUInt32BE(0xcafebabe, 0);
  fat.writeUInt32BE(cpus.length, 4);
  for (const [at, cpu] of cpus.entries()) fat.writeUInt32BE(cpu, 8 + 20 * at);
  return fat;
}
