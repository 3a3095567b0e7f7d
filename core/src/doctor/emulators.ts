import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import type { Emulator } from './facts.ts';

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

/** `e_machine` of ELF with its class and byte order: names of entries say nothing for certain. */
const MACHINES: Readonly<Record<string, string>> = {
  '003e 64 little': 'amd64',
  '0003 32 little': '386',
  '00b7 64 little': 'arm64',
  '0028 32 little': 'arm',
  '00f3 64 little': 'riscv64',
  '0016 64 big': 's390x',
  '0015 64 little': 'ppc64le',
  '0015 64 big': 'ppc64',
  '0008 64 little': 'mips64le',
  '0008 64 big': 'mips64',
  '0102 64 little': 'loong64',
};

function architectureOf(magic: string): string | undefined {
  if (!magic.startsWith('7f454c46') || magic.length < 40) return undefined;
  const order = magic.slice(10, 12) === '02' ? 'big' : 'little';
  const machine = magic.slice(36, 40);
  const number = order === 'big' ? machine : `${machine.slice(2)}${machine.slice(0, 2)}`;
  return MACHINES[`${number} ${magic.slice(8, 10) === '02' ? '64' : '32'} ${order}`];
}
