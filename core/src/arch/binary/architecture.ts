import { normalizePlatform } from '../../model/index.ts';
import type { Binary, ElfBinary, PeBinary } from './binary.ts';

/**
 * What a binary is made for: the architecture names of platforms, and names of our own for what no platform is
 * called (`x32`, `sparc64`, …). Undefined: nothing that the machine's processor would run, so not to be judged.
 */
export type Architecture = string;

interface ElfRow {
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big' | 'any';
  readonly architecture: Architecture;
}

/** By `e_machine`; OpenEmbedded's meta/lib/oe/elf.py has the same table. */
const ELF: Readonly<Record<number, readonly ElfRow[]>> = {
  2: [{ bits: 32, endian: 'big', architecture: 'sparc' }],
  3: [{ bits: 32, endian: 'little', architecture: '386' }],
  4: [{ bits: 32, endian: 'big', architecture: 'm68k' }],
  8: [
    { bits: 32, endian: 'big', architecture: 'mips' },
    { bits: 32, endian: 'little', architecture: 'mipsle' },
    { bits: 64, endian: 'big', architecture: 'mips64' },
    { bits: 64, endian: 'little', architecture: 'mips64le' },
  ],
  15: [{ bits: 32, endian: 'big', architecture: 'hppa' }],
  20: [{ bits: 32, endian: 'any', architecture: 'ppc' }],
  21: [
    { bits: 64, endian: 'little', architecture: 'ppc64le' },
    { bits: 64, endian: 'big', architecture: 'ppc64' },
  ],
  22: [
    { bits: 64, endian: 'big', architecture: 's390x' },
    { bits: 32, endian: 'big', architecture: 's390' },
  ],
  40: [
    { bits: 32, endian: 'little', architecture: 'arm' },
    { bits: 32, endian: 'big', architecture: 'armeb' },
  ],
  42: [{ bits: 32, endian: 'any', architecture: 'sh4' }],
  43: [{ bits: 64, endian: 'big', architecture: 'sparc64' }],
  50: [{ bits: 64, endian: 'any', architecture: 'ia64' }],
  62: [
    { bits: 64, endian: 'little', architecture: 'amd64' },
    { bits: 32, endian: 'little', architecture: 'x32' },
  ],
  183: [
    { bits: 64, endian: 'little', architecture: 'arm64' },
    { bits: 64, endian: 'big', architecture: 'arm64be' },
    { bits: 32, endian: 'any', architecture: 'arm64ilp32' },
  ],
  243: [
    { bits: 64, endian: 'little', architecture: 'riscv64' },
    { bits: 32, endian: 'little', architecture: 'riscv' },
  ],
  258: [
    { bits: 64, endian: 'little', architecture: 'loong64' },
    { bits: 32, endian: 'little', architecture: 'loong32' },
  ],
  0x9026: [{ bits: 64, endian: 'little', architecture: 'alpha' }],
};

/** COFF `Machine`. ARM64EC and ARM64X hold arm64 code. */
const PE: Readonly<Record<number, Architecture>> = {
  0x14c: '386',
  0x1c4: 'arm',
  0x200: 'ia64',
  0x5064: 'riscv64',
  0x6264: 'loong64',
  0x8664: 'amd64',
  0xa641: 'arm64',
  0xa64e: 'arm64',
  0xaa64: 'arm64',
};

const MACH: Readonly<Record<number, Architecture>> = {
  7: '386',
  12: 'arm',
  0x01000007: 'amd64',
  0x0100000c: 'arm64',
};

/**
 * The architecture an ELF file is for. Undefined for object and core files, and for machines that are no
 * processor a container runs on: eBPF, GPUs, microcontrollers, and the bytecode files of Guile (EM_NONE).
 */
export function elfArchitecture(binary: ElfBinary): Architecture | undefined {
  const isProgram = binary.kind === 'executable' || binary.kind === 'shared';
  return isProgram ? machineArchitecture(binary) : undefined;
}

/** The architecture that the first bytes of an ELF header say. */
export function machineArchitecture({
  machine,
  bits,
  endian,
}: Pick<ElfBinary, 'machine' | 'bits' | 'endian'>): Architecture | undefined {
  const rows = ELF[machine] ?? [];
  return rows.find((row) => row.bits === bits && (row.endian === endian || row.endian === 'any'))
    ?.architecture;
}

/** The architecture of a name as people write it, `x86_64` as well; undefined for one that no binary is for. */
export function parseArchitecture(name: string): Architecture | undefined {
  const { architecture } = normalizePlatform({ os: 'linux', architecture: name });
  const isKnown = Object.values(ELF).some((rows) => rows.some((row) => row.architecture === architecture));
  return isKnown ? architecture : undefined;
}

/** What the .NET compiler mixes into `Machine` of code that it compiles for Linux (ReadyToRun). */
const LINUX_MARK = 0x7b79;

/** The architecture of .NET code that was compiled ahead of time for Linux; undefined for anything else. */
export function readyToRunArchitecture({ machine }: PeBinary): Architecture | undefined {
  return PE[machine ^ LINUX_MARK];
}

export function peArchitecture({ machine, portable }: PeBinary): Architecture | undefined {
  return portable ? undefined : PE[machine];
}

/** The architectures that a Mach-O file holds. */
export function machArchitectures(cpus: readonly number[]): readonly Architecture[] {
  return cpus.flatMap((cpu) => MACH[cpu] ?? []);
}

/** A binary in the words of a report: `amd64`, `Windows amd64`, `ELF of machine 247`. */
export function describeBinary(binary: Binary): string {
  switch (binary.format) {
    case 'elf':
      return describeElf(binary);
    case 'pe':
      return `Windows ${binary.portable ? '.NET' : (PE[binary.machine] ?? `machine ${hex(binary.machine)}`)}`;
    case 'mach-o':
      return `macOS ${machArchitectures(binary.cpus).join('+')}`.trim();
    case 'script':
      return `script for ${binary.interpreter}`;
  }
}

function describeElf(binary: ElfBinary): string {
  const architecture = elfArchitecture(binary);
  if (architecture === undefined) return `ELF ${binary.kind} of machine ${binary.machine}`;
  const { armVersion, x86Level } = binary;
  if (armVersion !== undefined) return `${architecture}/v${armVersion}`;
  return x86Level !== undefined && x86Level > 1 ? `${architecture}/v${x86Level}` : architecture;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
