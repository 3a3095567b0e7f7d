import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { digestHex, isManifestType, type Descriptor, type Digest } from '../../model/index.ts';
import type { TestContent, TestImage } from './random-image.ts';
import { rawTar, type RawTarEntry } from './raw-tar.ts';

/** An entry of `index.json`: an image and how the tool that wrote it names it. */
export interface ListedImage {
  readonly content: TestContent;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Descriptor['platform'];
  /** Blobs that are left out, as an engine leaves them out. */
  readonly without?: readonly Digest[];
}

/** The files of an OCI image layout. */
export function layoutFiles(images: readonly ListedImage[]): readonly RawTarEntry[] {
  const blobs = new Map<string, RawTarEntry>();
  for (const { content, without = [] } of images) {
    for (const [digest, { bytes }] of content.blobs) {
      const name = `blobs/${digest.replace(':', '/')}`;
      if (!without.includes(digest)) blobs.set(name, { name, content: bytes });
    }
  }
  const manifests = images.map(({ content, annotations, platform }) => ({
    ...content.manifest,
    ...(annotations && { annotations }),
    ...(platform && { platform }),
  }));
  return [
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) },
    ...blobs.values(),
  ];
}

/** Writes files under a folder that may not exist yet. */
export async function writeFiles(folder: string, files: readonly RawTarEntry[]): Promise<void> {
  for (const { name, content = '' } of files) {
    const path = join(folder, name.toString());
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** How a docker archive is laid out: docker before 25, podman and skopeo, crane. */
export type DockerArchiveStyle = 'docker' | 'podman' | 'crane';

export interface DockerArchiveEntry {
  readonly image: TestImage;
  readonly repoTags: readonly string[] | null;
}

/** The files of a docker archive. */
export function dockerArchiveFiles(
  images: readonly DockerArchiveEntry[],
  style: DockerArchiveStyle,
): readonly RawTarEntry[] {
  const files = new Map<string, RawTarEntry>();
  const table = images.map(({ image, repoTags }) => {
    const config = style === 'crane' ? image.config.digest : `${digestHex(image.config.digest)}.json`;
    files.set(config, { name: config, content: bytesOf(image, image.config) });
    const layers = image.layers.map((layer, at) => addLayer(files, { image, layer, at, style }));
    return { Config: config, RepoTags: repoTags, Layers: layers };
  });
  return [...files.values(), { name: 'manifest.json', content: JSON.stringify(table) }];
}

interface LayerToAdd {
  readonly image: TestImage;
  readonly layer: Descriptor;
  readonly at: number;
  readonly style: DockerArchiveStyle;
}

function addLayer(files: Map<string, RawTarEntry>, { image, layer, at, style }: LayerToAdd): string {
  const packed = bytesOf(image, layer);
  const hex = digestHex(layer.digest);
  if (style === 'crane') {
    files.set(hex, { name: `${hex}.tar.gz`, content: packed });
    return `${hex}.tar.gz`;
  }
  const content = layer.mediaType.endsWith('gzip') ? gunzipSync(packed) : packed;
  if (style === 'podman') {
    files.set(hex, { name: `${hex}.tar`, content });
    return `${hex}.tar`;
  }
  const name = `${digestHex(image.config.digest).slice(0, 40)}${String(at).padStart(24, '0')}/layer.tar`;
  const same = [...files.values()].find((file) => Buffer.from(file.content ?? '').equals(content));
  files.set(name, same ? { name, type: '2', linkName: `../${same.name.toString()}` } : { name, content });
  return name;
}

function bytesOf(image: TestImage, blob: Descriptor): Uint8Array {
  const found = image.blobs.get(blob.digest);
  if (found === undefined) throw new Error(`no bytes of ${blob.digest}`);
  return found.bytes;
}

/** The `manifest.json` that `docker save` writes beside an index: one platform, under all its tags. */
export function dockerTable(image: TestImage, repoTags: readonly string[]): RawTarEntry {
  const path = (digest: Digest): string => `blobs/${digest.replace(':', '/')}`;
  const layers = image.layers.map(({ digest }) => path(digest));
  const table = [{ Config: path(image.config.digest), RepoTags: repoTags, Layers: layers }];
  return { name: 'manifest.json', content: JSON.stringify(table) };
}

export function tarOfFiles(files: readonly RawTarEntry[]): Buffer {
  return rawTar(...files);
}

/** Digests of the manifests under an index, without nested indexes. */
export function manifestsOf(content: TestContent): readonly Digest[] {
  return [...content.blobs.values()]
    .filter(({ descriptor }) => isManifestType(descriptor.mediaType))
    .map(({ descriptor }) => descriptor.digest);
}
