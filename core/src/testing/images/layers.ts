import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { MEDIA_TYPES, type Digest } from '../../model/index.ts';
import { describe, digestOf } from '../../content/index.ts';
import { randomBytes, realisticBytes, type Seed } from './seeded-bytes.ts';
import type { MemoryBlob, VirtualBlob } from './test-blob.ts';

/** A layer under its OCI media type, with the digest of its uncompressed tar. */
export type Layer = (MemoryBlob | VirtualBlob) & { readonly diffId: Digest };

export interface LayerFile {
  /** Without a leading slash. */
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** Makes the entry a symbolic link to this. */
  readonly link?: string;
  /** 0644 when absent. */
  readonly mode?: number;
}

export interface LayerOptions {
  /** `gzip` when absent. The same zlib gives the same bytes, another version perhaps others. */
  readonly compress?: 'gzip' | 'none';
}

export interface RandomLayerOptions extends LayerOptions {
  /** `random` (the default) does not compress; `realistic` compresses to a little under half. */
  readonly content?: 'random' | 'realistic';
}

const MTIME = new Date(Date.UTC(2024, 0, 1));
const FILE_BYTES = 4_194_304;
/** Fast, and its output serves as well as that of a higher level. */
const GZIP_LEVEL = 3;

/** A layer that is a tar of these files and nothing else; the same files give the same layer. */
export async function layerOf(files: readonly LayerFile[], options: LayerOptions = {}): Promise<Layer> {
  const tar = await tarOf(files);
  const diffId = digestOf(tar);
  if (options.compress === 'none')
    return { descriptor: describe(MEDIA_TYPES.ociLayer, tar), bytes: tar, diffId };
  const bytes = await promisify(gzip)(tar, { level: GZIP_LEVEL });
  return { descriptor: describe(MEDIA_TYPES.ociLayerGzip, bytes), bytes, diffId };
}

async function tarOf(files: readonly LayerFile[]): Promise<Uint8Array> {
  const tar = pack();
  for (const file of files) {
    const header = { name: file.name, mode: file.mode ?? 0o644, uid: 0, gid: 0, mtime: MTIME };
    if (file.link === undefined) tar.entry(header, Buffer.from(file.content ?? ''));
    else tar.entry({ ...header, type: 'symlink', linkname: file.link });
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A layer of `size` bytes of files (the tar is a little larger, a compressed `realistic` one smaller). */
export async function randomLayer(
  seed: Seed,
  size: number,
  options: RandomLayerOptions = {},
): Promise<Layer> {
  const make = options.content === 'realistic' ? realisticBytes : randomBytes;
  const files: LayerFile[] = [];
  for (let at = 0, number = 0; at < size; at += FILE_BYTES, number++) {
    const content = make(`${seed}/${number}`, Math.min(FILE_BYTES, size - at));
    files.push({ name: `data/${fileName(seed)}-${number}.bin`, content });
  }
  return layerOf(files, options);
}

/** Layers of one image must not overwrite each other's files. */
function fileName(seed: Seed): string {
  return String(seed).replace(/[^A-Za-z0-9.-]+/g, '-');
}

/** A virtual blob as an uncompressed layer. It is no tar: an engine cannot unpack it, a registry does not care. */
export function layerOfVirtual(blob: VirtualBlob): Layer {
  return { ...blob, diffId: blob.descriptor.digest };
}
