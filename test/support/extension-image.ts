import { access } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { docker } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';
import { run } from '../engine/run.ts';
import { EXTENSION_PLATFORMS, extensionBases } from './extension-bases.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ExtensionBuild {
  /** An empty directory. */
  readonly scratch: string;
  /** In the test registry, without a tag: base images are made beside it. */
  readonly repository: string;
  /** Default: both. */
  readonly platforms?: readonly string[];
  /**
   * `tree`: from what was built here, which takes seconds; `whole`: every stage of the Dockerfile, with packages from
   * npm's registry, by way of the machine's network. Default: `tree`.
   */
  readonly from?: 'tree' | 'whole';
}

/** The images that a build leaves in the engine. */
export function imagesOf(repository: string): readonly string[] {
  return [`${repository}:0.1.0`, baseOf(repository, 'node'), baseOf(repository, 'docker')];
}

function baseOf(repository: string, base: 'node' | 'docker'): string {
  return `${repository}-${base}:v1`;
}

/** Builds the extension's image from its Dockerfile into the containerd engine; the name of the result. */
export async function buildExtension(engines: Engines, build: ExtensionBuild): Promise<string> {
  const { repository, platforms = EXTENSION_PLATFORMS, from = 'tree' } = build;
  const { containerd } = engines;
  await pushBases(engines, repository);
  const [image = ''] = imagesOf(repository);
  await docker(containerd, [
    'buildx',
    'build',
    '--quiet',
    `--platform=${platforms.join(',')}`,
    `--build-arg=NODE_IMAGE=${baseOf(repository, 'node')}`,
    `--build-arg=DOCKER_IMAGE=${baseOf(repository, 'docker')}`,
    ...(from === 'tree' ? await treeOptions(build) : await networkOptions()),
    `--tag=${image}`,
    root,
  ]);
  return image;
}

async function pushBases(engines: Engines, repository: string): Promise<void> {
  const bases = await extensionBases(engines);
  const platforms = EXTENSION_PLATFORMS.join(',');
  for (const base of ['node', 'docker'] as const) {
    const tag = baseOf(repository, base);
    const options = ['--quiet', '--provenance=false', `--platform=${platforms}`, `--tag=${tag}`];
    await docker(engines.containerd, ['buildx', 'build', ...options, bases[base]]);
    await docker(engines.containerd, ['push', '--quiet', tag]);
  }
}

/** XBUNDLE_TEST_BUILT names a copy of the workspace that another build was made in. */
async function treeOptions({ scratch }: ExtensionBuild): Promise<readonly string[]> {
  const tree = join(scratch, 'tree');
  const built = process.env['XBUNDLE_TEST_BUILT'] ?? root;
  await run(process.execPath, [join(root, 'tools/extension-tree.mjs'), join(tree, 'out'), built]);
  return [`--build-context=build=${tree}`];
}

/** What a site gives that has a proxy with a certificate of its own: as this machine itself is told. */
async function networkOptions(): Promise<readonly string[]> {
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  const hasCa = ca !== undefined && (await isThere(ca));
  return ['--network=host', '--allow=network.host', ...(hasCa ? [`--secret=id=ca,src=${ca}`] : [])];
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
