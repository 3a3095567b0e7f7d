/** What the header of a file says it is made for. */
export type Binary = ElfBinary | PeBinary | MachBinary | Script;

export type ElfKind = 'relocatable' | 'executable' | 'shared' | 'core' | 'other';

export interface ElfBinary {
  readonly format: 'elf';
  readonly kind: ElfKind;
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  /** `e_machine`. */
  readonly machine: number;
  /** PT_INTERP: the loader that the kernel starts in its place. */
  readonly interpreter?: string;
  /** For arm, 5 to 8: what `.ARM.attributes` or Go's build information says the code needs. */
  readonly armVersion?: number;
  /** For amd64, 1 to 4: the x86-64 level that `.note.gnu.property` says the code needs. */
  readonly x86Level?: number;
}

export interface PeBinary {
  readonly format: 'pe';
  /** `Machine` of the COFF header. */
  readonly machine: number;
  /** .NET code without a processor in it. */
  readonly portable: boolean;
}

export interface MachBinary {
  readonly format: 'mach-o';
  /** `cputype` of each architecture in it. */
  readonly cpus: readonly number[];
}

export interface Script {
  readonly format: 'script';
  /** The path after `#!`. */
  readonly interpreter: string;
  /** The one argument after it, if any, with its spaces: Linux passes it as one. */
  readonly argument?: string;
}
