import type { Bytes, CallOptions } from '../content/index.ts';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { formatReference, normalizePlatform, type Platform, type Reference } from '../model/index.ts';
import { TRAILER_BYTES } from '../tar/index.ts';
import { isAtLeast } from './api-version.ts';
import type { EngineClient } from './engine-client.ts';
import { engineRefusal } from './engine-errors.ts';
import { engineErrorIn } from './engine-messages.ts';

export interface SaveOptions extends CallOptions {
  /**
   * Only this platform's manifest, without the index and the attestations. Left out by default: then a containerd
   * store gives indexes as they are, with all that it has of them.
   */
  readonly platform?: Platform | undefined;
}

/**
 * The tar that `docker save` of these names gives, as one stream in chunks fit for a file; blobs that images share are in it once. A
 * containerd store gives an OCI archive, a classic one a docker archive with uncompressed layers.
 *
 * An engine that has an image in part gives that part and reports no error, and nothing in the stream is verified:
 * the reader hashes every blob and proves that all are there.
 *
 * Fails with NOT_FOUND when the engine lacks a name, with the engine's own error when one comes after the first
 * bytes, and with ARCHIVE_INVALID for a stream that has no end of archive.
 */
export async function* saveImages(
  client: EngineClient,
  names: readonly Reference[],
  options: SaveOptions = {},
): Bytes {
  const operation = `saving ${names.length === 1 && names[0] !== undefined ? savedName(names[0]) : `${names.length} images`}`;
  const { signal, platform } = options;
  const selection =
    platform === undefined ? {} : { platform: await platformQuery(client, platform, options) };
  const request = { operation, path: '/images/get', query: { names: names.map(savedName), ...selection } };
  const tail = new Tail();
  for await (const chunk of gathered(client.download(request, { signal }))) {
    tail.add(chunk);
    yield chunk;
  }
  refuseBadEnd(client, operation, tail.bytes());
}

/** A tag goes before a digest: a classic store saves `name:tag@digest` without its name (docker/cli#5933). */
export function savedName({ digest, ...name }: Reference): string {
  if (name.tag !== undefined || digest === undefined) return formatReference(name);
  return formatReference({ ...name, digest });
}

async function platformQuery(
  client: EngineClient,
  platform: Platform,
  options: CallOptions,
): Promise<string> {
  const version = await client.apiVersion(options);
  if (isAtLeast(version, '1.48')) return JSON.stringify(normalizePlatform(platform));
  throw new XbundleError(
    'UNSUPPORTED',
    `saving one platform: the engine ${client.endpoint.label} has API ${version}, want 1.48 (Docker 28). Save all platforms instead`,
  );
}

/** An engine that fails after its first bytes can only append its error to the stream, still with status 200. */
function refuseBadEnd(client: EngineClient, operation: string, tail: Buffer): void {
  const end = tail.subarray(-TRAILER_BYTES);
  if (end.byteLength === TRAILER_BYTES && end.every((byte) => byte === 0)) return;
  const { endpoint } = client;
  const message = engineErrorIn(tail.toString('latin1'));
  if (message !== undefined) throw engineRefusal({ operation, endpoint }, { message });
  throw new XbundleError(
    'ARCHIVE_INVALID',
    `${operation}: the stream from ${endpoint.label} ended in the middle. The engine's log says why`,
  );
}

/** A socket gives at most 64 KiB at once; written one by one those keep a disk waiting. */
async function* gathered(content: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < LIMITS.chunkBytes) continue;
    yield Buffer.concat(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held, size);
}

/** The last bytes of a stream: enough for an error message. */
class Tail {
  #bytes = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    const last = chunk.subarray(-TAIL_BYTES);
    this.#bytes =
      last.byteLength === TAIL_BYTES
        ? Buffer.from(last)
        : Buffer.from(Buffer.concat([this.#bytes, last]).subarray(-TAIL_BYTES));
  }

  bytes(): Buffer {
    return this.#bytes;
  }
}

const TAIL_BYTES = 8_192;
