import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import {
  formatReference,
  isAttestation,
  readConfig,
  readManifest,
  type BlobSource,
  type Descriptor,
  type Reference,
  type TargetCell,
} from '@xbundle/core';
import type { TestContent } from '@xbundle/core/testing';

/** An OCI archive of an index under a name that lacks one blob, as `docker save` writes of incomplete images. */
export async function archiveWithout(name: Reference, index: TestContent, without: string): Promise<Buffer> {
  const { mediaType, digest, size } = index.manifest;
  const annotations = { 'io.containerd.image.name': formatReference(name) };
  const documents: [string, Uint8Array][] = [
    ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    [
      'index.json',
      Buffer.from(
        JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, digest, size, annotations }] }),
      ),
    ],
  ];
  const blobs = [...index.blobs.values()]
    .filter(({ descriptor }) => descriptor.digest !== without)
    .map(({ descriptor, bytes }): [string, Uint8Array] => [
      `blobs/${descriptor.digest.replace(':', '/')}`,
      bytes,
    ]);
  const tar = pack();
  for (const [path, content] of [...documents, ...blobs]) tar.entry({ name: path }, Buffer.from(content));
  tar.finalize();
  return buffer(tar);
}

/** The cells of an index, in its order. */
export async function cellsOf(root: Descriptor, from: BlobSource): Promise<TargetCell[]> {
  const { document } = await readManifest(root, from);
  const children = document.kind === 'index' ? document.manifests : [root];
  const cells: TargetCell[] = [];
  for (const manifest of children.filter((child) => !isAttestation(child))) {
    const child = await readManifest(manifest, from);
    if (child.document.kind !== 'manifest') continue;
    const { config } = child.document;
    cells.push({ platform: (await readConfig(config, from)).platform, manifest, config });
  }
  return cells;
}
