/** Which Debian packages make up the tool set, and how they become a directory of programs. */
import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Mirror } from './apt.ts';
import { downloadClosure, downloadPackages, openAptView } from './apt.ts';
import { hasErrorCode } from './errors.ts';
import { UnavailableError } from './facts.ts';
import type { CommandOptions } from './run.ts';
import { run } from './run.ts';

/** GOARCH (and so TARGETARCH) to Debian's name, for the base images. */
export const baseArchitectures = { amd64: 'amd64', arm64: 'arm64', arm: 'armhf' };

/** A change of any of this makes a new cached set; `layout` counts changes of this file's code. */
export const packageLists = {
  layout: 2,
  /** From a newer suite: Debian 12 has no engine with the containerd store. They need an old libc only. */
  engine: ['docker.io', 'docker-cli', 'docker-buildx', 'docker-compose', 'containerd'],
  media: ['docker-registry', 'crane', 'oras'],
  /** From the machine's own release, because these are linked with its libraries. */
  own: ['runc', 'tini', 'iproute2', 'qemu-user-static', 'skopeo', 'podman', 'conmon', 'strace'],
  base: baseArchitectures,
} as const;

/** What an older suite does not have yet; `Engines.versions` tells a test that it is missing. */
const absentFrom: Readonly<Record<string, readonly string[]>> = { trixie: ['crane'] };

/** Programs that are put on PATH; all of `usr/bin` would bring a second `passwd` and the like. */
const programs = [
  ...['docker', 'dockerd', 'docker-init', 'docker-proxy', 'docker-registry', 'crane', 'oras'],
  ...['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc', 'ip'],
  ...['skopeo', 'podman', 'conmon', 'strace'],
];

/** Where a package may have put a program, before and after Debian merged /bin into /usr/bin. */
const programDirectories = ['usr/bin', 'usr/sbin', 'bin', 'sbin'];

/** The emulators that are registered with the kernel; the other 40 take 250 MB. */
export const emulators = ['aarch64', 'arm', 'riscv64', 's390x', 'x86_64'] as const;

/** What a Dockerfile needs for a base without any registry. */
const baseDockerfile = `FROM scratch
ARG TARGETARCH
COPY \${TARGETARCH}/bin/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
CMD ["/bin/sh"]
`;

export interface BuildPlace {
  readonly mirror: Mirror;
  /** Suite of the engines. */
  readonly suite: string;
  /** Suite of the machine. */
  readonly release: string;
  readonly architecture: string;
  /** A private directory for lists and downloads. */
  readonly work: string;
  /** The result; does not exist before, and is complete when this returns. */
  readonly finished: string;
}

/**
 * Downloads and unpacks the whole set into `place.finished`:
 * `root/` (the packages), `bin/` (links to the programs), `cli-plugins/`, `base/` (a build context with
 * one busybox for each architecture) and `versions.json`.
 */
export async function buildPackages(
  place: BuildPlace,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const debs = await downloadAll(place, options);
  const root = join(place.finished, 'root');
  await mkdir(root, { recursive: true });
  for (const deb of [...debs.newer, ...debs.own]) await run('dpkg', ['-x', deb, root], options);
  await pruneRoot(root);
  await linkPrograms(place.finished, absentFrom[place.suite] ?? []);
  await rename(join(root, 'usr/libexec/docker/cli-plugins'), join(place.finished, 'cli-plugins'));
  await writeBaseContext(join(place.finished, 'base'), debs.base, options);
  const versions = await readVersions([...debs.newer, ...debs.own, ...debs.base], options);
  await writeFile(join(place.finished, 'versions.json'), `${JSON.stringify(versions, undefined, 2)}\n`);
}

interface Debs {
  readonly newer: readonly string[];
  readonly own: readonly string[];
  readonly base: readonly string[];
}

async function downloadAll(place: BuildPlace, { signal }: CommandOptions): Promise<Debs> {
  const { mirror, suite, release, architecture, work } = place;
  const { engine, media, own, base } = packageLists;
  const foreign = Object.values(base).filter((name) => name !== architecture);
  const inNewer = async (): Promise<readonly string[]> => {
    const directory = join(work, 'newer');
    const view = await openAptView({ mirror, suite, architectures: [architecture], directory }, { signal });
    const cwd = await makeDirectory(join(directory, 'debs'));
    const absent = absentFrom[suite] ?? [];
    const names = [...engine, ...media].filter((name) => !absent.includes(name));
    await downloadPackages(view, names, { signal, cwd });
    return listDebs(cwd);
  };
  const inOwn = async (): Promise<Omit<Debs, 'newer'>> => {
    const directory = join(work, 'own');
    const architectures = [architecture, ...foreign];
    const view = await openAptView({ mirror, suite: release, architectures, directory }, { signal });
    const closure = await makeDirectory(join(directory, 'debs'));
    await downloadClosure(view, own, { signal, cwd: closure });
    const cwd = await makeDirectory(join(directory, 'base'));
    const busyboxes = Object.values(base).map((name) => `busybox-static:${name}`);
    await downloadPackages(view, busyboxes, { signal, cwd });
    return { own: await listDebs(closure), base: await listDebs(cwd) };
  };
  const [newer, rest] = await Promise.all([inNewer(), inOwn()]);
  return { newer, ...rest };
}

async function makeDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}

async function listDebs(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(directory, name));
}

async function pruneRoot(root: string): Promise<void> {
  const binaries = join(root, 'usr/bin');
  const kept = new Set<string>(emulators.map((cpu) => `qemu-${cpu}-static`));
  const names = await readdir(binaries);
  const dropped = names.filter((name) => name.startsWith('qemu-') && !kept.has(name));
  const unused = [...dropped.map((name) => join(binaries, name)), join(root, 'usr/share'), join(root, 'var')];
  await Promise.all(unused.map((path) => rm(path, { recursive: true, force: true })));
}

async function linkPrograms(finished: string, absent: readonly string[]): Promise<void> {
  const bin = await makeDirectory(join(finished, 'bin'));
  for (const name of programs.filter((program) => !absent.includes(program))) {
    const ours = programDirectories.map((directory) => join(finished, 'root', directory, name));
    const found = await firstExisting(ours);
    if (found === undefined) throw new UnavailableError(`the packages have no program "${name}"`);
    await symlink(relative(bin, found), join(bin, name));
  }
}

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await stat(path);
      return path;
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  }
  return undefined;
}

async function writeBaseContext(
  directory: string,
  debs: readonly string[],
  options: CommandOptions,
): Promise<void> {
  for (const [architecture, debian] of Object.entries(baseArchitectures)) {
    const deb = debs.find((path) => path.endsWith(`_${debian}.deb`));
    if (deb === undefined) throw new UnavailableError(`there is no busybox for ${debian}`);
    const unpacked = await makeDirectory(join(directory, `${architecture}.unpacked`));
    await run('dpkg', ['-x', deb, unpacked], options);
    const places = programDirectories.map((part) => join(unpacked, part, 'busybox'));
    const busybox = await firstExisting(places);
    if (busybox === undefined) throw new UnavailableError(`${deb} has no program "busybox"`);
    const bin = await makeDirectory(join(directory, architecture, 'bin'));
    await rename(busybox, join(bin, 'busybox'));
    await rm(unpacked, { recursive: true });
  }
  await writeFile(join(directory, 'Dockerfile'), baseDockerfile);
}

async function readVersions(
  debs: readonly string[],
  options: CommandOptions,
): Promise<Readonly<Record<string, string>>> {
  const format = ['--show', '--showformat', '${Package} ${Version}\n'];
  const lines = await Promise.all(
    debs.map(async (deb) => (await run('dpkg-deb', [...format, deb], options)).stdout.trim()),
  );
  return Object.fromEntries(lines.sort().map((line) => line.split(' ') as [string, string]));
}
