import { spelledArchitecture } from '../binary/spellings.ts';

/** Files whose text says what architecture the packages of an image are for. */
export const DATABASES: readonly string[] = [
  'etc/apk/arch',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/dpkg/status',
];

/** Has a file for each package in images that are put together without dpkg. */
export const PACKAGES = 'var/lib/dpkg/status.d';

/** What dpkg was told besides its own architecture. */
export const DPKG_ARCHITECTURES = 'var/lib/dpkg/arch';

const KEPT: ReadonlySet<string> = new Set([...DATABASES, DPKG_ARCHITECTURES]);

/** Enough for the first packages of a list, and for all of the other files. */
export const TEXT_BYTES = 16_384;

/** Whether the first bytes of the file are to be kept: package databases, and the tags of Python's wheels. */
export function keepsText(path: string): boolean {
  return KEPT.has(path) || path.startsWith(`${PACKAGES}/`) || path.endsWith('.dist-info/WHEEL');
}

/** The architectures in `/var/lib/dpkg/arch`, which dpkg writes when a foreign one is added. */
export function dpkgArchitectures(text: string): readonly string[] {
  return text.split(/\s+/).flatMap((name) => spelledArchitecture(name) ?? []);
}

/** The architecture of the first package of a list that says one. */
export function databaseArchitecture(path: string, text: string): string | undefined {
  if (path === 'etc/apk/arch') return spelledArchitecture(text.trim());
  const field = path.includes('apk/') ? /^A:(\S+)$/gm : /^Architecture: (\S+)$/gm;
  for (const [, name = ''] of text.matchAll(field)) {
    const architecture = spelledArchitecture(name);
    if (architecture !== undefined) return architecture;
  }
  return undefined;
}

/** The platform tags of a wheel, such as `manylinux_2_17_x86_64`; `any` for pure Python. */
export function wheelPlatforms(text: string): readonly string[] {
  return [...text.matchAll(/^Tag: [^-\s]+-[^-\s]+-(\S+)\s*$/gm)].flatMap(([, tag = '']) => tag.split('.'));
}
