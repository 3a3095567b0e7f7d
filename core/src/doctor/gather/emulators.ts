import { Buffer } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machineArchitecture } from '../../arch/index.ts';
import { systemCode } from '../../errors.ts';
import type { Emulator } from '../facts.ts';

const KERNEL = '/proc/sys/fs/binfmt_misc';
const NOT_ENTRIES: ReadonlySet<string> = new Set(['register', 'status']);

/**
 * What the kernel of this machine runs foreign programs with; undefined where that cannot be read, as on a system
 * that is not Linux.
 */
export async function readEmulators(directory: string = KERNEL): Promise<readonly Emulator[] | undefined> {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch {
    return undefined;
  }
  const entries = names.filter((name) => !NOT_ENTRIES.has(name)).slice(0, 256);
  const found = await Promise.all(entries.map((name) => readEmulator(directory, name)));
  return found.filter((emulator) => emulator !== undefined);
}

async function readEmulator(directory: string, name: string): Promise<Emulator | undefined> {
  try {
    return parseEmulator(name, await readFile(join(directory, name), 'utf8'));
  } catch (error) {
    // Entries come and go, and some systems show them to root alone.
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  }
}

/** Reads an entry of binfmt_misc; undefined for one that is not about programs of an architecture. */
export function parseEmulator(name: string, text: string): Emulator | undefined {
  const architecture = architectureOf(/^magic ([0-9a-f]+)$/m.exec(text)?.[1] ?? '');
  if (architecture === undefined) return undefined;
  const flags = /^flags: ?(\S*)$/m.exec(text)?.[1] ?? '';
  return { name, architecture, enabled: text.startsWith('enabled'), flags };
}

/** The magic is the begin of an ELF header, up to `e_machine`: names of entries say nothing for certain. */
function architectureOf(magic: string): string | undefined {
  if (!magic.startsWith('7f454c46') || magic.length < 40) return undefined;
  const header = Buffer.from(magic, 'hex');
  const endian = header[5] === 2 ? 'big' : 'little';
  const machine = endian === 'big' ? header.readUInt16BE(18) : header.readUInt16LE(18);
  return machineArchitecture({ machine, bits: header[4] === 2 ? 64 : 32, endian });
}
