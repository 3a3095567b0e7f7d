/** The places a bundle is imported into in the matrix, and how each is asked afterwards without xbundle. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cell } from '@xbundle/core';
import { docker, toolEnvironment } from '../engine/docker.ts';
import type { Engine } from '../engine/index.ts';
import { run } from '../engine/run.ts';
import { heldImage, inspectedImage, removeImages, runImage } from './engine-images.ts';
import type { Workshop } from './matrix-sources.ts';
import { manifestDigest } from './registry-images.ts';
import { sampleOutput } from './sample-image.ts';

/** What was exported: one image. */
export interface Exported {
  /** A word that tells the sources of the matrix apart. */
  readonly key: string;
  readonly workshop: Workshop;
  /** The image's full name in the bundle. */
  readonly name: string;
  readonly root: string;
  /** Whether the name did not exist as an index and was made of arch tags. */
  readonly assembled: boolean;
  readonly cells: readonly Cell[];
  readonly attestations: number;
}

/** A name that must be in the target afterwards, and what it leads to. */
export interface ExpectedName {
  readonly name: string;
  readonly digest: string;
  readonly platforms: readonly string[];
}

export interface Target {
  readonly title: string;
  /** The flags of `import`. */
  flags(exported: Exported): readonly string[];
  env(workshop: Workshop): Readonly<Record<string, string>>;
  names(exported: Exported): readonly ExpectedName[];
  /** Asks the target, runs what it has, and removes it. */
  check(names: readonly ExpectedName[], exported: Exported): Promise<void>;
}

export const TARGETS: readonly Target[] = [
  {
    title: 'an engine with a containerd store',
    flags: () => [],
    env: ({ engines }) => toolEnvironment(engines.containerd),
    names: indexNames,
    check: checkContainerd,
  },
  {
    title: 'an engine with a classic store',
    flags: () => ['--platform', 'all'],
    env: ({ engines }) => toolEnvironment(engines.classic),
    names: classicNames,
    check: checkClassic,
  },
  {
    title: 'a registry',
    flags: (exported) => ['--to', `registry:${mirror(exported)}`],
    env: () => ({}),
    names: (exported) =>
      indexNames(exported).map((each) => ({
        ...each,
        name: `${mirror(exported)}/${each.name.replace(/^[^/]*[.:][^/]*\//, '')}`,
      })),
    check: checkRegistry,
  },
  {
    title: 'an OCI layout',
    flags: (exported) => ['--to', `oci:${layoutOf(exported)}`],
    env: () => ({}),
    names: indexNames,
    check: checkLayout,
  },
];

function mirror({ workshop, key }: Exported): string {
  return `${workshop.engines.registry.host}/${workshop.repository}-mirror/${key}`;
}

function layoutOf({ workshop, key }: Exported): string {
  return join(workshop.scratch, `imported-${key}`);
}

/** The plain name leads to everything; arch tags come along where the bundle was made of them. */
function indexNames({ name, root, assembled, cells }: Exported): readonly ExpectedName[] {
  const whole = { name, digest: root, platforms: cells.map(({ platform }) => platform) };
  return [whole, ...(assembled ? cells.map(archTagOf) : [])];
}

function archTagOf({ archTag = '', digest, platform }: Cell): ExpectedName {
  return { name: archTag, digest: digest ?? '', platforms: [platform] };
}

/** A classic store holds what it runs under the plain name, and the others under their arch tags. */
function classicNames({ name, cells }: Exported): readonly ExpectedName[] {
  return cells.map((cell) => {
    const { config, platform } = cell;
    return { ...archTagOf(cell), digest: config ?? '', ...(platform === 'linux/amd64' && { name }) };
  });
}

async function checkContainerd(
  names: readonly ExpectedName[],
  { workshop, ...exported }: Exported,
): Promise<void> {
  const { containerd } = workshop.engines;
  for (const { name, digest, platforms } of names) {
    const found = await heldImage(containerd, familiar(name));
    const attestations = digest === exported.root && platforms.length > 1 ? exported.attestations : 0;
    expect(found).toEqual({ root: digest, platforms, attestations });
  }
  await runAll(containerd, names);
  await removeImages(containerd, names.map(familiarName));
}

async function checkClassic(names: readonly ExpectedName[], { workshop }: Exported): Promise<void> {
  const { classic } = workshop.engines;
  for (const { name, digest, platforms } of names) {
    expect(await inspectedImage(classic, name)).toEqual({ id: digest, platform: platforms.join() });
  }
  await runAll(classic, names);
  await removeImages(classic, names.map(familiarName));
}

async function checkRegistry(names: readonly ExpectedName[], { workshop }: Exported): Promise<void> {
  const { containerd } = workshop.engines;
  for (const { name, digest } of names) expect(await manifestDigest(name)).toBe(digest);
  await runAll(containerd, names, ['--pull', 'always', '--quiet']);
  await removeImages(containerd, names.map(familiarName));
}

/** A layout runs nothing by itself: as a tar it is what engines load. */
async function checkLayout(names: readonly ExpectedName[], exported: Exported): Promise<void> {
  const { containerd } = exported.workshop.engines;
  const folder = layoutOf(exported);
  const { manifests } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
    readonly manifests: readonly { digest: string; annotations: Readonly<Record<string, string>> }[];
  };
  const listed = manifests.map(({ digest, annotations }) => [
    annotations['io.containerd.image.name'],
    digest,
  ]);
  expect(listed).toEqual(names.map(({ name, digest }) => [name, digest]));
  await run('tar', ['-C', folder, '-cf', `${folder}.tar`, '.']);
  await docker(containerd, ['load', '--quiet', '--input', `${folder}.tar`]);
  await runAll(containerd, names);
  await removeImages(containerd, names.map(familiarName));
}

/** Each platform once: another name of the same digest runs nothing else. */
async function runAll(
  engine: Engine,
  names: readonly ExpectedName[],
  flags: readonly string[] = ['--pull', 'never'],
): Promise<void> {
  const runs = new Map<string, string>();
  for (const { name, platforms } of names) {
    for (const platform of platforms) if (!runs.has(platform)) runs.set(platform, name);
  }
  const printed = await Promise.all(
    [...runs].map(([platform, name]) => runImage(engine, platform, [...flags, name])),
  );
  expect(printed).toEqual([...runs.keys()].map(sampleOutput));
}

function familiarName({ name }: ExpectedName): string {
  return familiar(name);
}

function familiar(name: string): string {
  return name.replace(/^docker\.io\//, '');
}
