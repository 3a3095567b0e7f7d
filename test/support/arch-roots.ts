/** Minimal Debian roots for many architectures, made of packages and never run. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { downloadPackages, findMirror, openAptView } from '../engine/apt.ts';
import { run } from '../engine/run.ts';

/** Platforms, and Debian's names for them. */
export const ROOT_PLATFORMS = {
  'linux/amd64': 'amd64',
  'linux/arm64': 'arm64',
  'linux/arm/v7': 'armhf',
  'linux/ppc64le': 'ppc64el',
  'linux/riscv64': 'riscv64',
  'linux/s390x': 's390x',
} as const;

export type RootPlatform = keyof typeof ROOT_PLATFORMS;

/** A C library, a shell, programs in PATH, and an interpreter with extensions. */
const PACKAGES = [
  ...['base-files', 'libc6', 'libgcc-s1', 'dash', 'coreutils', 'tini', 'zlib1g', 'busybox'],
  ...['python3.13-minimal', 'libpython3.13-minimal', 'libpython3.13-stdlib', 'libssl3t64', 'libffi8'],
];

/** Newer than the machine's own: it has riscv64. */
const SUITE = 'forky';

/** Unpacks all roots into a cache that later runs re-use, and gives the directory of each. */
export async function debianRoots(): Promise<Readonly<Record<RootPlatform, string>>> {
  const cache = process.env['XBUNDLE_TEST_CACHE'] ?? join(homedir(), '.cache', 'xbundle', 'engines');
  const key = createHash('sha256').update(JSON.stringify(PACKAGES)).digest('hex').slice(0, 8);
  const finished = join(cache, `roots-${SUITE}-${key}`);
  if (!(await isThere(finished))) await fill(cache, finished);
  const roots = Object.entries(ROOT_PLATFORMS).map(([platform, name]) => [platform, join(finished, name)]);
  return Object.fromEntries(roots) as Readonly<Record<RootPlatform, string>>;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function fill(cache: string, finished: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'building-roots-'));
  try {
    const debs = await download(work);
    const roots = join(work, 'roots');
    for (const name of Object.values(ROOT_PLATFORMS)) {
      const root = join(roots, name);
      await makeMergedRoot(root);
      const own = debs.filter((deb) => deb.endsWith(`_${name}.deb`) || deb.endsWith('_all.deb'));
      for (const deb of own) await unpack(deb, root);
    }
    await rename(roots, finished);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(work: string): Promise<readonly string[]> {
  const [, release = ''] =
    /^VERSION_CODENAME=(.*)$/m.exec((await run('cat', ['/etc/os-release'])).stdout) ?? [];
  const architectures = Object.values(ROOT_PLATFORMS);
  const directory = join(work, 'apt');
  const view = await openAptView(
    { mirror: await findMirror(release), suite: SUITE, architectures, directory },
    {},
  );
  const cwd = join(work, 'debs');
  await mkdir(cwd);
  const names = architectures.flatMap((architecture) => PACKAGES.map((name) => `${name}:${architecture}`));
  await downloadPackages(view, names, { cwd });
  return (await readdir(cwd)).map((name) => join(cwd, name));
}

/** As base-files ships it: /lib and the others are links into /usr. */
async function makeMergedRoot(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await run('ln', ['-s', `usr/${name}`, join(root, name)]);
  }
}

/** Through tar, which leaves links to directories as they are. */
async function unpack(deb: string, root: string): Promise<void> {
  await run('sh', [
    '-c',
    'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink --no-same-owner -C "$1" --exclude=./usr/share/doc --exclude=./usr/share/locale',
    deb,
    root,
  ]);
}
