import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findMirror, openAptView, type AptView } from '../engine/apt.ts';
import { docker } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';
import { run } from '../engine/run.ts';

/** A compiler as an image, made of Debian's packages: no registry has to be reached for it. */
export interface Toolchain {
  /** A part of a file's name; changes when the packages do. */
  readonly name: string;
  /** With what they depend on. */
  readonly packages: readonly string[];
  /** Of other architectures, without what they depend on: libraries to link with. */
  readonly libraries: readonly string[];
  /** Scripts that stand for programs which Debian has not, by their paths. */
  readonly scripts: Readonly<Record<string, string>>;
}

const RELEASE = 'bookworm';
const ARCHITECTURES = ['amd64', 'arm64'];
/** busybox gives the image its shell. */
const SHELL = 'busybox-static';
const UNUSED = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info'];

const DOCKERFILE = `FROM scratch
COPY . /
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -m 1777 /tmp
ENV PATH=/usr/local/bin:/usr/bin:/bin
`;

/** Builds the image in the containerd engine. The unpacked packages are kept for later runs; the first takes a minute. */
export async function buildToolchain(engines: Engines, toolchain: Toolchain, image: string): Promise<void> {
  const root = await unpackedRoot(toolchain);
  const options = ['--quiet', '--provenance=false', '--file=-', `--tag=${image}`];
  await docker(engines.containerd, ['buildx', 'build', ...options, root], { input: DOCKERFILE });
}

async function unpackedRoot(toolchain: Toolchain): Promise<string> {
  const cache = join(homedir(), '.cache', 'xbundle', 'toolchains');
  const finished = join(cache, `${toolchain.name}-${RELEASE}`);
  if (await isThere(finished)) return finished;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'making-'));
  try {
    await unpackInto(join(work, 'root'), { toolchain, work });
    await rename(join(work, 'root'), finished);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return finished;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

interface Place {
  readonly toolchain: Toolchain;
  readonly work: string;
}

async function unpackInto(root: string, { toolchain, work }: Place): Promise<void> {
  const mirror = await findMirror(RELEASE);
  const directory = join(work, 'apt');
  const view = await openAptView({ mirror, suite: RELEASE, architectures: ARCHITECTURES, directory }, {});
  await mkdir(root);
  for (const deb of await downloadDebs(view, { toolchain, work })) await run('dpkg', ['-x', deb, root], {});
  for (const path of UNUSED) await rm(join(root, path), { recursive: true, force: true });
  for (const [path, text] of Object.entries(toolchain.scripts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    await chmod(join(root, path), 0o755);
  }
}

/** As if nothing were installed here: what an image needs, it has to have itself. */
async function downloadDebs(view: AptView, { toolchain, work }: Place): Promise<readonly string[]> {
  const cwd = join(work, 'debs');
  await mkdir(join(cwd, 'partial'), { recursive: true });
  const nothing = ['-o', 'Dir::State::status=/dev/null', '-o', `Dir::Cache::archives=${cwd}`];
  const install = ['install', '-q', '--yes', '--download-only', '--no-install-recommends'];
  await run('apt-get', [...install, ...view.args, ...nothing, SHELL, ...toolchain.packages], {});
  if (toolchain.libraries.length > 0)
    await run('apt-get', ['download', '-q', ...view.args, ...nothing, ...toolchain.libraries], { cwd });
  return (await readdir(cwd)).filter((name) => name.endsWith('.deb')).map((name) => join(cwd, name));
}
