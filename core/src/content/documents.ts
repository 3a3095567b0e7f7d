import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  parseImageConfig,
  parseManifest,
  type Descriptor,
  type ImageConfig,
  type ManifestDocument,
} from '../model/index.ts';
import type { BlobSource, Bytes, CallOptions } from './types.ts';

/** Joins bytes in memory, up to `limit`; LIMIT_EXCEEDED beyond. `what` names them in the message. */
export async function collect(content: Bytes, limit: number, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.byteLength;
    if (size > limit) throw new XbundleError('LIMIT_EXCEEDED', `reading ${what}: more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** A whole document (manifest, index, config) with its digest verified; at most `LIMITS.documentBytes`. */
export async function readDocument(
  blob: Descriptor,
  from: BlobSource,
  options: CallOptions = {},
): Promise<Uint8Array> {
  const what = `document ${blob.digest}`;
  if (blob.size > LIMITS.documentBytes) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${what}: ${blob.size} bytes, want at most ${LIMITS.documentBytes}`,
    );
  }
  return collect(from.read(blob, options), LIMITS.documentBytes, what);
}

export interface ReadManifest {
  readonly descriptor: Descriptor;
  /** As stored: what the digest is of, and what is written on (law 1). */
  readonly bytes: Uint8Array;
  readonly document: ManifestDocument;
}

/** Reads and parses a manifest or index. Errors: those of `read`, `parseManifest` and LIMIT_EXCEEDED. */
export async function readManifest(
  descriptor: Descriptor,
  from: BlobSource,
  options: CallOptions = {},
): Promise<ReadManifest> {
  const bytes = await readDocument(descriptor, from, options);
  const document = parseManifest(bytes, descriptor.mediaType, `manifest ${descriptor.digest}`);
  return { descriptor, bytes, document };
}

/** Reads and parses an image config. */
export async function readConfig(
  descriptor: Descriptor,
  from: BlobSource,
  options: CallOptions = {},
): Promise<ImageConfig> {
  return parseImageConfig(await readDocument(descriptor, from, options), `config ${descriptor.digest}`);
}
