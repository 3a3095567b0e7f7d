import type { MachBinary } from './binary.ts';
import { BytesView } from './bytes-view.ts';

const THIN: ReadonlySet<number> = new Set([0xfeedface, 0xfeedfacf]);
const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;

/** Java classes start with the same magic; what follows is their version, and no compiler wrote one below 45. */
const FIRST_JAVA_VERSION = 30;

/** Parses a Mach-O or universal header; undefined for what is none, Java classes included. */
export function parseMachO(prefix: Uint8Array): MachBinary | undefined {
  for (const endian of ['little', 'big'] as const) {
    const view = new BytesView(prefix, endian);
    const cpu = view.u32(4);
    if (cpu !== undefined && THIN.has(view.u32(0) ?? 0)) return { format: 'mach-o', cpus: [cpu] };
  }
  return parseFat(new BytesView(prefix, 'big'));
}

function parseFat(view: BytesView): MachBinary | undefined {
  const magic = view.u32(0);
  const count = view.u32(4) ?? 0;
  if (magic !== FAT && magic !== FAT_64) return undefined;
  if (count === 0 || count >= FIRST_JAVA_VERSION) return undefined;
  const size = magic === FAT ? 20 : 32;
  const cpus = Array.from({ length: count }, (_, number) => view.u32(8 + number * size));
  return { format: 'mach-o', cpus: cpus.filter((cpu) => cpu !== undefined) };
}
