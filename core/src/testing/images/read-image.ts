import { childrenOf, walkManifests, type BlobSource, type Bytes } from '../../content/index.ts';
import type { Descriptor, Digest } from '../../model/index.ts';

/** Reads all of an image, so that every blob is verified; resolves to the digests read. */
export async function readImage(root: Descriptor, from: BlobSource): Promise<ReadonlySet<Digest>> {
  const read = new Set<Digest>();
  for await (const { descriptor, document } of walkManifests(root, from)) {
    read.add(descriptor.digest);
    for (const leaf of document.kind === 'manifest' ? childrenOf(document) : []) {
      const bytes = await readAll(from.read(leaf));
      if (bytes.byteLength === leaf.size) read.add(leaf.digest);
    }
  }
  return read;
}

/** All bytes in memory. */
export async function readAll(content: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
