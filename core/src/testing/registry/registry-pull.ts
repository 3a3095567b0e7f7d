import { isDigest, type Digest } from '../../model/index.ts';
import { errorReply, reply, type Reply } from './registry-reply.ts';
import type { RegistryRequest } from './registry-request.ts';
import type { RegistryStore } from './registry-store.ts';
import { blobSize, readTestBlob, type TestBlob } from '../images/test-blob.ts';

/** Answers `GET` and `HEAD` of a manifest by tag or digest. */
export function getManifest(request: RegistryRequest, store: RegistryStore): Reply {
  const repository = store.repositories.get(request.repository);
  if (repository === undefined) return nameUnknown(request);
  const manifest = repository.resolve(request.reference);
  if (manifest === undefined) {
    return errorReply(404, {
      code: 'MANIFEST_UNKNOWN',
      message: 'manifest unknown',
      detail: request.reference,
    });
  }
  const { mediaType, digest } = manifest.descriptor;
  if (!accepts(request.headers.accept, mediaType)) {
    return errorReply(404, {
      code: 'MANIFEST_UNKNOWN',
      message: `it is ${mediaType}, which the Accept header leaves out`,
    });
  }
  const headers = { 'content-type': mediaType, 'docker-content-digest': digest, etag: `"${digest}"` };
  return reply(200, headers, manifest.bytes);
}

function nameUnknown({ repository }: RegistryRequest): Reply {
  return errorReply(404, {
    code: 'NAME_UNKNOWN',
    message: 'repository name not known to registry',
    detail: { name: repository },
  });
}

function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined) return true;
  const types = header.split(',').map((item) => item.split(';')[0]?.trim());
  return types.includes(mediaType) || types.includes('*/*');
}

/** Answers `GET` and `HEAD` of a blob, whole or a single range of it. */
export function getBlob(request: RegistryRequest, store: RegistryStore): Reply {
  const { reference, headers } = request;
  if (!isDigest(reference)) {
    return errorReply(400, { code: 'DIGEST_INVALID', message: 'invalid digest', detail: reference });
  }
  const blob = store.repositories.get(request.repository)?.blobs.get(reference);
  if (blob === undefined) {
    return errorReply(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry', detail: reference });
  }
  const size = blobSize(blob);
  const range = parseRange(headers.range, size);
  if (range === 'unsatisfiable') {
    return reply(416, { 'content-range': `bytes */${size}` });
  }
  if (range === undefined) return blobReply(reference, blob, { start: 0, end: size });
  const part = blobReply(reference, blob, range);
  const contentRange = `bytes ${range.start}-${range.end - 1}/${size}`;
  return { ...part, status: 206, headers: { ...part.headers, 'content-range': contentRange } };
}

/** From `start` up to, not including, `end`. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

function blobReply(digest: Digest, blob: TestBlob, range: ByteRange): Reply {
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(range.end - range.start),
      'docker-content-digest': digest,
      'accept-ranges': 'bytes',
      etag: `"${digest}"`,
    },
    body: readTestBlob(blob, range),
    ending: 'complete',
  };
}

/** The one range asked for; undefined for none, or for what RFC 9110 lets a server pass over. */
function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [matched, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (matched === undefined || matched === 'bytes=-') return undefined;
  const range =
    first === ''
      ? { start: Math.max(size - Number(last), 0), end: size }
      : { start: Number(first), end: last === '' ? size : Math.min(Number(last) + 1, size) };
  return range.start < range.end ? range : 'unsatisfiable';
}

/** Answers `tags/list`, in pages when `n` asks for them. */
export function listTags(request: RegistryRequest, store: RegistryStore): Reply {
  const repository = store.repositories.get(request.repository);
  if (repository === undefined) return nameUnknown(request);
  const { page, headers } = pageOf([...repository.tags.keys()], request);
  return reply(200, headers, JSON.stringify({ name: request.repository, tags: page }));
}

/** Answers `_catalog`, in pages when `n` asks for them. */
export function listRepositories(request: RegistryRequest, store: RegistryStore): Reply {
  const { page, headers } = pageOf([...store.repositories.keys()], request);
  return reply(200, headers, JSON.stringify({ repositories: page }));
}

interface NamePage {
  readonly page: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

function pageOf(names: readonly string[], { url: { searchParams, pathname } }: RegistryRequest): NamePage {
  const last = searchParams.get('last') ?? '';
  const rest = [...names].sort().filter((name) => name > last);
  const count = searchParams.has('n') ? Number(searchParams.get('n')) : rest.length;
  const page = rest.slice(0, count);
  const next = new URLSearchParams({ n: String(count), last: page.at(-1) ?? '' });
  const link = `<${pathname}?${next.toString()}>; rel="next"`;
  return {
    page,
    headers: { 'content-type': 'application/json', ...(page.length < rest.length && { link }) },
  };
}
