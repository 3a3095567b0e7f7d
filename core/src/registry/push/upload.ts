import type { BlobSource, Bytes } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Descriptor } from '../../model/index.ts';
import { ChunkCutter } from './chunk-cutter.ts';
import type { HttpBody, HttpResponse } from '../http/http.ts';
import { refuseOtherDigest } from './manifest-writer.ts';
import type { AskOptions } from './presence.ts';
import { resolveLocation } from '../http/redirect.ts';
import type { Repository } from '../repository.ts';
import { TransientFailure } from '../http/retry.ts';

/** A part of a chunked upload; well under the request limits of common proxies. */
const CHUNK = 16_777_216;
/** A registry may hash or copy a whole blob before it answers the last request of an upload. */
const COMMIT_PATIENCE = 5;
/** What registries and proxies answer that take no blob in one piece. */
const WANTS_CHUNKS: ReadonlySet<number> = new Set([405, 411, 413, 415, 501]);
const SESSION_LOST: ReadonlySet<number> = new Set([404, 416]);
const OCTETS = { 'content-type': 'application/octet-stream' };

/** What is uploaded, from where to where. */
export interface Upload {
  readonly repository: Repository;
  readonly blob: Descriptor;
  readonly from: BlobSource;
  readonly options: AskOptions;
}

/** An upload session that a registry opened. */
export interface Session {
  readonly location: URL;
  /** The least a chunk may hold, from `OCI-Chunk-Min-Length`. */
  readonly minimum: number;
}

/** One try of an upload: in one piece, or in chunks where the registry wants that. Opens a session unless given one. */
export async function uploadOnce(upload: Upload, session?: Session): Promise<void> {
  const response = await putWhole(upload, session ?? (await openSession(upload)));
  if (!WANTS_CHUNKS.has(response.status)) return finish(upload, response);
  response.discard();
  return uploadChunks(upload, await openSession(upload));
}

async function openSession(upload: Upload): Promise<Session> {
  const { connection } = upload.repository;
  const url = upload.repository.uploadsUrl();
  const response = await connection.send({
    ...requestOf(upload),
    method: 'POST',
    url,
    body: new Uint8Array(0),
  });
  return sessionOf(await connection.expect(response, [202], requestOf(upload)), upload);
}

/** The session that a 202 names. */
export function sessionOf(response: HttpResponse, upload: Upload): Session {
  response.discard();
  const minimum = Number(response.headers.get('oci-chunk-min-length') ?? 0);
  return {
    location: resolveLocation(response, requestOf(upload)),
    minimum: Number.isSafeInteger(minimum) ? minimum : 0,
  };
}

export function requestOf({ repository, blob, options }: Upload): {
  readonly what: string;
  readonly scopes: readonly string[];
} & AskOptions {
  const { signal, onProgress } = options;
  const what = `pushing ${blob.digest} to ${repository.name}`;
  return { what, scopes: repository.push, signal, onProgress };
}

function putWhole(upload: Upload, { location }: Session): Promise<HttpResponse> {
  const { repository, blob, from } = upload;
  const body: HttpBody = {
    size: blob.size,
    open: (signal) => reported(from.read(blob, { signal }), upload),
  };
  return repository.connection.send({
    ...requestOf(upload),
    method: 'PUT',
    url: withDigest(location, blob),
    headers: OCTETS,
    body,
    patience: COMMIT_PATIENCE,
  });
}

/** The location is the registry's, query included: it is added to, never written anew. */
function withDigest(location: URL, { digest }: Descriptor): URL {
  const url = new URL(location);
  url.search = `${url.search}${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  return url;
}

async function finish(upload: Upload, response: HttpResponse): Promise<void> {
  const { repository, blob } = upload;
  const { what } = requestOf(upload);
  if (SESSION_LOST.has(response.status)) {
    response.discard();
    throw sessionLost(upload, `it answered ${response.status}`);
  }
  const done = await repository.connection.expect(response, [200, 201, 204], { what });
  done.discard();
  refuseOtherDigest(done, blob.digest, what);
}

function sessionLost(upload: Upload, reason: string): TransientFailure {
  const { what } = requestOf(upload);
  const { host } = upload.repository.connection;
  return new TransientFailure(
    new XbundleError('REFUSED', `${what}: ${host} lost the upload session: ${reason}`),
  );
}

async function uploadChunks(upload: Upload, session: Session): Promise<void> {
  const { repository, blob, from, options } = upload;
  const stop = new AbortController();
  const signals = [stop.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const content = from.read(blob, { signal: AbortSignal.any(signals) });
  const cutter = new ChunkCutter(reported(content, upload));
  let { location } = session;
  try {
    const size = Math.max(CHUNK, session.minimum);
    for (let start = 0; start < blob.size; start += size) {
      const end = Math.min(start + size, blob.size);
      location = await patch({ upload, location, start, end }, cutter);
    }
    await cutter.finish();
  } finally {
    stop.abort();
    await cutter.close();
  }
  const url = withDigest(location, blob);
  const last = { ...requestOf(upload), url, body: new Uint8Array(0), patience: COMMIT_PATIENCE };
  await finish(upload, await repository.connection.send({ ...last, method: 'PUT', headers: OCTETS }));
}

interface Part {
  readonly upload: Upload;
  readonly location: URL;
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

async function patch({ upload, location, start, end }: Part, cutter: ChunkCutter): Promise<URL> {
  const { connection } = upload.repository;
  let isOpen = false;
  const response = await connection.send({
    ...requestOf(upload),
    method: 'PATCH',
    url: location,
    headers: { ...OCTETS, 'content-range': `${start}-${end - 1}` },
    body: {
      size: end - start,
      open: () => {
        // A stream can be sent once: a login that ran out in between starts the upload again.
        if (isOpen) throw sessionLost(upload, 'the login ran out');
        isOpen = true;
        return cutter.take(end - start);
      },
    },
  });
  if (SESSION_LOST.has(response.status)) {
    response.discard();
    throw sessionLost(upload, `it answered ${response.status}`);
  }
  const taken = await connection.expect(response, [201, 202, 204], requestOf(upload));
  const range = taken.headers.get('range');
  const next = sessionOf(taken, upload).location;
  if (range === undefined || range.replace(/^bytes=/, '') === `0-${end - 1}`) return next;
  throw sessionLost(upload, `it has bytes ${range.slice(0, 40)}, want 0-${end - 1}`);
}

/** Passes bytes on and reports them, one event for each `LIMITS.chunkBytes` at most. */
async function* reported(
  content: Bytes,
  { blob, options }: Upload,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  let told = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes - told >= LIMITS.chunkBytes || bytes === blob.size) {
      told = bytes;
      options.onProgress?.({ type: 'blob', digest: blob.digest, bytes, size: blob.size });
    }
    yield chunk;
  }
}
