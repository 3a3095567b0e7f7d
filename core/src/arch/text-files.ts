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

/** Debian's and Alpine's names of architectures, as platforms call them. */
const PACKAGE_ARCHITECTURES: Readonly<Record<string, string>> = {
  aarch64: 'arm64',
  amd64: 'amd64',
  arm64: 'arm64',
  armel: 'arm',
  armhf: 'arm',
  armv7: 'arm',
  i386: '386',
  loong64: 'loong64',
  loongarch64: 'loong64',
  mips64el: 'mips64le',
  mipsel: 'mipsle',
  ppc64el: 'ppc64le',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
  x86: '386',
  x86_64: 'amd64',
};

/** Undefined for `all`, `noarch` and names that are not known. */
export function packageArchitecture(name: string): string | undefined {
  return Object.hasOwn(PACKAGE_ARCHITECTURES, name) ? PACKAGE_ARCHITECTURES[name] : undefined;
}

/** The architectures in `/var/lib/dpkg/arch`, which dpkg writes when a foreign one is added. */
export function dpkgArchitectures(text: string): readonly string[] {
  return text.split(/\s+/).flatMap((name) => packageArchitecture(name) ?? []);
}

/** The architecture of the first package of a list that says one. */
export function databaseArchitecture(path: string, text: string): string | undefined {
  if (path === 'etc/apk/arch') return packageArchitecture(text.trim());
  const field = path.includes('apk/') ? /^A:(\S+)$/gm : /^Architecture: (\S+)$/gm;
  for (const [, name = ''] of text.matchAll(field)) {
    const architecture = packageArchitecture(name);
    if (architecture !== undefined) return architecture;
  }
  return undefined;
}

/** The platform tags of a wheel, such as `manylinux_2_17_x86_64`; `any` for pure Python. */
export function wheelPlatforms(text: string): readonly string[] {
  return [...text.matchAll(/^Tag: [^-\s]+-[^-\s]+-(\S+)\s*$/gm)].flatMap(([, tag = '']) => tag.split('.'));
}
