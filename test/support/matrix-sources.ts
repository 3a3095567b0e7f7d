/** The places an image is exported from in the matrix: how it gets there, and what a bundle of it must be. */
import { join } from 'node:path';
import { docker, skopeo, toolEnvironment } from '../engine/docker.ts';
import type { Engine, Engines } from '../engine/index.ts';
import { run } from '../engine/run.ts';
import { removeImages } from './engine-images.ts';
import { manifestDigest } from './registry-images.ts';
import { buildSample, SAMPLE_PLATFORMS } from './sample-image.ts';

/** What all sources are made from. */
export interface Workshop {
  readonly engines: Engines;
  /** A directory of this run. */
  readonly scratch: string;
  /** The sample image in the containerd engine and in the registry, attestations included. */
  readonly origin: string;
  /** A repository no other run used; each source has its own below it. */
  readonly repository: string;
}

/** An image in its place, ready to be exported. */
export interface Prepared {
  /** As it is asked for, and as the bundle names it after `docker.io/` where no registry is in it. */
  readonly name: string;
  readonly from: string;
  readonly platforms: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the name points to, where the bundle must keep it; absent where an index is to be made. */
  readonly root?: string;
  /** Takes away what would be in the way of an import. */
  clean(): Promise<void>;
}

export interface Source {
  readonly title: string;
  prepare(workshop: Workshop): Promise<Prepared>;
}

export const SOURCES: readonly Source[] = [
  { title: 'a registry', prepare: inRegistry },
  { title: 'an engine with a containerd store', prepare: inContainerdEngine },
  { title: 'arch tags in an engine with a classic store', prepare: inClassicEngine },
  { title: 'an OCI layout directory', prepare: inLayout },
  { title: 'an archive that buildx wrote', prepare: inBuildxArchive },
  { title: 'what "docker save" wrote of a containerd store', prepare: inContainerdSave },
  { title: 'what "docker save" wrote of arch tags in a classic store', prepare: inClassicSave },
  { title: 'a docker archive that skopeo wrote', prepare: inSkopeoArchive },
];

const nothing = (): Promise<void> => Promise.resolve();
const both = { platforms: SAMPLE_PLATFORMS, env: {} };

async function inRegistry({ engines, origin, repository }: Workshop): Promise<Prepared> {
  const name = `${engines.registry.host}/${repository}/registry:v1`;
  await docker(engines.containerd, ['tag', origin, name]);
  await docker(engines.containerd, ['push', '--quiet', name]);
  await removeImages(engines.containerd, [name]);
  return { ...both, name, from: 'registry', root: await manifestDigest(name), clean: nothing };
}

async function inContainerdEngine({ engines, origin, repository }: Workshop): Promise<Prepared> {
  const { containerd } = engines;
  const name = `${repository}/containerd:v1`;
  await docker(containerd, ['tag', origin, name]);
  const clean = (): Promise<void> => removeImages(containerd, [name]);
  const root = await manifestDigest(origin);
  return { ...both, name, from: 'docker', env: toolEnvironment(containerd), root, clean };
}

async function inClassicEngine({ engines, origin, repository }: Workshop): Promise<Prepared> {
  const name = `${repository}/classic:v1`;
  const tags = await pullArchTags(engines.classic, origin, name);
  const clean = (): Promise<void> => removeImages(engines.classic, tags);
  return { ...both, name, from: 'docker', env: toolEnvironment(engines.classic), clean };
}

/** The only way a classic store has several platforms of an image: under a tag for each. */
async function pullArchTags(classic: Engine, origin: string, name: string): Promise<readonly string[]> {
  const tags: string[] = [];
  for (const platform of SAMPLE_PLATFORMS) {
    const tag = `${name}-${platform.replace('linux/', '')}`;
    await docker(classic, ['pull', '--quiet', '--platform', platform, origin]);
    await docker(classic, ['tag', origin, tag]);
    await removeImages(classic, [origin]);
    tags.push(tag);
  }
  return tags;
}

async function inLayout({ engines, origin, repository, scratch }: Workshop): Promise<Prepared> {
  const name = `${repository}/layout:v1`;
  const folder = join(scratch, 'layout');
  const copy = ['copy', '--all', '--src-tls-verify=false', `docker://${origin}`, `oci:${folder}:${name}`];
  await skopeo(engines, copy);
  return { ...both, name, from: `oci:${folder}`, root: await manifestDigest(origin), clean: nothing };
}

async function inBuildxArchive({ engines, repository, scratch }: Workshop): Promise<Prepared> {
  const name = `${repository}/buildx:v1`;
  const file = join(scratch, 'buildx.tar');
  await buildSample(engines, { scratch, name, output: `type=oci,dest=${file},name=${name}` });
  return { ...both, name, from: `oci:${file}`, root: await onlyRoot(file), clean: nothing };
}

async function onlyRoot(archive: string): Promise<string> {
  const { stdout } = await run('tar', ['-xOf', archive, 'index.json']);
  const { manifests } = JSON.parse(stdout) as { readonly manifests: readonly { readonly digest: string }[] };
  return manifests[0]?.digest ?? '';
}

async function inContainerdSave(workshop: Workshop): Promise<Prepared> {
  const { containerd } = workshop.engines;
  const name = `${workshop.repository}/saved:v1`;
  const file = join(workshop.scratch, 'containerd-save.tar');
  await docker(containerd, ['tag', workshop.origin, name]);
  await docker(containerd, ['save', '--output', file, name]);
  await removeImages(containerd, [name]);
  const root = await manifestDigest(workshop.origin);
  return { ...both, name, from: `docker-archive:${file}`, root, clean: nothing };
}

async function inClassicSave({ engines, origin, repository, scratch }: Workshop): Promise<Prepared> {
  const name = `${repository}/classic-saved:v1`;
  const file = join(scratch, 'classic-save.tar');
  const tags = await pullArchTags(engines.classic, origin, name);
  await docker(engines.classic, ['save', '--output', file, ...tags]);
  await removeImages(engines.classic, tags);
  return { ...both, name, from: `docker-archive:${file}`, clean: nothing };
}

/** The format holds one platform, and skopeo adds no second image to a file. */
async function inSkopeoArchive({ engines, origin, repository, scratch }: Workshop): Promise<Prepared> {
  const name = `${repository}/skopeo:v1`;
  const file = join(scratch, 'skopeo.tar');
  const copy = ['copy', '--override-arch=arm64', '--src-tls-verify=false'];
  await skopeo(engines, [...copy, `docker://${origin}`, `docker-archive:${file}:${name}`]);
  return { ...both, platforms: ['linux/arm64'], name, from: `docker-archive:${file}`, clean: nothing };
}
