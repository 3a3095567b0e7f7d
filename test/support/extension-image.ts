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
}

/** Builds the extension's image from its Dockerfile into the containerd engine; the name of the result. */
export async function buildExtension(engines: Engines, build: ExtensionBuild): Promise<string> {
  const { scratch, repository, platforms = EXTENSION_PLATFORMS } = build;
  const bases = await extensionBases(engines);
  const { containerd } = engines;
  for (const base of ['node', 'docker'] as const) {
    const tag = `${repository}-${base}:v1`;
    const both = EXTENSION_PLATFORMS.join(',');
    await docker(containerd, [
      'buildx',
      'build',
      '--quiet',
      '--provenance=false',
      '--platform',
      both,
      '--tag',
      tag,
      bases[base],
    ]);
    await docker(containerd, ['push', '--quiet', tag]);
  }
  const tree = join(scratch, 'tree');
  // XBUNDLE_TEST_BUILT names a copy of the workspace that another build was made in.
  const built = process.env['XBUNDLE_TEST_BUILT'] ?? root;
  await run(process.execPath, [join(root, 'tools/extension-tree.mjs'), join(tree, 'out'), built]);
  const image = `${repository}:0.1.0`;
  await docker(containerd, [
    'buildx',
    'build',
    '--quiet',
    '--platform',
    platforms.join(','),
    `--build-arg=NODE_IMAGE=${repository}-node:v1`,
    `--build-arg=DOCKER_IMAGE=${repository}-docker:v1`,
    `--build-context=build=${tree}`,
    '--tag',
    image,
    root,
  ]);
  return image;
}
