import { Buffer } from 'node:buffer';
import { ArmVersionScan } from './arm-version.ts';
import type { Binary, ElfBinary } from './binary.ts';
import { EM_ARM, parseElf, readInterpreter, type FileRange } from './elf.ts';
import { parseMachO } from './mach-o.ts';
import { parsePe, withClr } from './pe.ts';
import { parseShebang } from './shebang.ts';

/** Holds the header, the program headers and, in all files that a linker wrote, PT_INTERP and the notes. */
export const PREFIX_BYTES = 4096;

/**
 * Finds out what a file is while its bytes stream by, each given to `update` once. Keeps the first bytes, and
 * later ones only where the header refers to them.
 */
export class FileProbe {
  #prefix: Buffer | undefined = Buffer.alloc(0);
  #position = 0;
  #binary: Binary | undefined;
  #wanted: WantedRange | undefined;
  #arm: ArmVersionScan | undefined;

  update(chunk: Uint8Array): void {
    if (this.#prefix !== undefined) this.#grow(this.#prefix, chunk);
    else this.#pass(chunk, this.#position);
    this.#position += chunk.byteLength;
  }

  /** What the file is, once all of it has passed; undefined for data. */
  finish(): Binary | undefined {
    if (this.#prefix !== undefined) this.#recognise(this.#prefix);
    const binary = this.#binary;
    if (binary?.format === 'pe' && this.#wanted !== undefined) {
      return withClr(binary, this.#wanted.bytes);
    }
    return binary?.format === 'elf' ? this.#finishElf(binary) : binary;
  }

  #finishElf(binary: ElfBinary): ElfBinary {
    const interpreter = this.#wanted === undefined ? undefined : readInterpreter(this.#wanted.bytes);
    const armVersion = this.#arm?.version;
    return {
      ...binary,
      ...(interpreter !== undefined && { interpreter }),
      ...(armVersion !== undefined && { armVersion }),
    };
  }

  #grow(prefix: Buffer, chunk: Uint8Array): void {
    const missing = PREFIX_BYTES - prefix.byteLength;
    const grown = Buffer.concat([prefix, chunk.subarray(0, missing)]);
    this.#prefix = grown;
    if (grown.byteLength < PREFIX_BYTES) return;
    this.#recognise(grown);
    this.#pass(chunk.subarray(missing), PREFIX_BYTES);
  }

  #recognise(prefix: Buffer): void {
    this.#prefix = undefined;
    const { binary, wants } = recognise(prefix);
    this.#binary = binary;
    if (binary?.format === 'elf' && binary.machine === EM_ARM) this.#arm = new ArmVersionScan();
    if (wants !== undefined) this.#wanted = new WantedRange(wants);
    this.#pass(prefix, 0);
  }

  #pass(chunk: Uint8Array, position: number): void {
    this.#arm?.update(chunk);
    this.#wanted?.update(chunk, position);
  }
}

interface Recognised {
  readonly binary?: Binary | undefined;
  /** What else of the file is needed. */
  readonly wants?: FileRange | undefined;
}

function recognise(prefix: Buffer): Recognised {
  const elf = parseElf(prefix);
  if (elf !== undefined) {
    const { binary, interpreter } = elf;
    return { binary, wants: binary.interpreter === undefined ? interpreter : undefined };
  }
  return parsePe(prefix) ?? { binary: parseMachO(prefix) ?? parseShebang(prefix) };
}

/** The bytes of one range, gathered as they pass. */
class WantedRange {
  readonly #range: FileRange;
  readonly #parts: Buffer[] = [];

  constructor(range: FileRange) {
    this.#range = range;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  update(chunk: Uint8Array, position: number): void {
    const start = Math.max(this.#range.offset - position, 0);
    const end = Math.min(this.#range.offset + this.#range.size - position, chunk.byteLength);
    if (start < end) this.#parts.push(Buffer.from(chunk.subarray(start, end)));
  }
}

/** What a whole file in memory is. */
export function probeBytes(bytes: Uint8Array): Binary | undefined {
  const probe = new FileProbe();
  probe.update(bytes);
  return probe.finish();
}
