import { createHash, randomUUID, type Hash } from 'node:crypto';
import { LIMITS } from '../../limits.ts';
import { collect, digestOf } from '../../content/index.ts';
import {
  digestAlgorithm,
  isDigest,
  parseManifest,
  toDigest,
  type Digest,
  type ManifestDocument,
} from '../../model/index.ts';
import { isXbundleError, messageOf } from '../../errors.ts';
import { errorReply, reply, type Reply } from './registry-reply.ts';
import type { RegistryRequest } from './registry-request.ts';
import type { RegistryStore, TestRepository } from './registry-store.ts';
import type { TestBlob } from '../images/test-blob.ts';

interface Upload {
  readonly repository: string;
  readonly hash: Hash;
  readonly chunks: Uint8Array[];
  size: number;
}

const OCTETS = 'application/octet-stream';

/** Blob uploads: monolithic, chunked and streamed, and mounts from another repository. */
export class Uploads {
  readonly #store: RegistryStore;
  readonly #keeps: boolean;
  readonly #sessions = new Map<string, Upload>();

  /** Without `keeps`, the bytes of what is too large for a document are hashed, counted and dropped. */
  constructor(store: RegistryStore, keeps: boolean) {
    this.#store = store;
    this.#keeps = keeps;
  }

  async handle(request: RegistryRequest): Promise<Reply> {
    if (request.method === 'POST') return this.#start(request);
    const upload = this.#sessions.get(request.reference);
    if (upload?.repository !== request.repository) {
      return errorReply(404, { code: 'BLOB_UPLOAD_UNKNOWN', message: 'blob upload unknown to registry' });
    }
    switch (request.method) {
      case 'PATCH':
        return this.#append(request, upload);
      case 'PUT':
        return this.#finish(request, upload);
      case 'GET':
        return reply(204, this.#progress(request.reference, upload));
      case 'DELETE':
        this.#sessions.delete(request.reference);
        return reply(204);
      default:
        return errorReply(405, { code: 'UNSUPPORTED', message: request.method });
    }
  }

  async #start(request: RegistryRequest): Promise<Reply> {
    const { searchParams } = request.url;
    const [mount, from] = [searchParams.get('mount'), searchParams.get('from')];
    const blob = this.#store.repositories.get(from ?? '')?.blobs.get(mount as Digest);
    if (blob !== undefined) {
      this.#store.repository(request.repository).blobs.set(blob.descriptor.digest, blob);
      return created(request, blob.descriptor.digest);
    }
    const upload = { repository: request.repository, hash: createHash('sha256'), chunks: [], size: 0 };
    if (request.digest !== undefined) return this.#finish(request, upload);
    const session = randomUUID();
    this.#sessions.set(session, upload);
    await this.#receive(request, upload);
    return reply(202, this.#progress(session, upload));
  }

  async #append(request: RegistryRequest, upload: Upload): Promise<Reply> {
    const refused = this.#refuseOffset(request, upload);
    if (refused !== undefined) return refused;
    await this.#receive(request, upload);
    return reply(202, this.#progress(request.reference, upload));
  }

  #refuseOffset(request: RegistryRequest, upload: Upload): Reply | undefined {
    const range = request.headers['content-range'];
    if (range === undefined || Number(/^(\d+)-\d+$/.exec(range)?.[1]) === upload.size) return undefined;
    return errorReply(416, {
      code: 'BLOB_UPLOAD_INVALID',
      message: `the next byte is ${upload.size}`,
      headers: this.#progress(request.reference, upload),
    });
  }

  async #finish(request: RegistryRequest, upload: Upload): Promise<Reply> {
    const refused = this.#refuseOffset(request, upload);
    if (refused !== undefined) return refused;
    await this.#receive(request, upload);
    this.#sessions.delete(request.reference);
    const { digest } = request;
    if (digest === undefined || digestOfUpload(upload, digest) !== digest) {
      return errorReply(400, {
        code: 'DIGEST_INVALID',
        message: 'provided digest did not match uploaded content',
      });
    }
    const blob = this.#blob(upload, digest);
    this.#store.repository(request.repository).blobs.set(digest, blob);
    return created(request, digest);
  }

  #blob({ chunks, size }: Upload, digest: Digest): TestBlob {
    const descriptor = { mediaType: OCTETS, digest, size };
    if (this.#isKept(size)) return { descriptor, bytes: Buffer.concat(chunks) };
    return {
      descriptor,
      generate() {
        throw new Error(`the bytes of ${digest} were not kept`);
      },
    };
  }

  async #receive({ message }: RegistryRequest, upload: Upload): Promise<void> {
    for await (const chunk of message as AsyncIterable<Uint8Array>) {
      upload.hash.update(chunk);
      upload.size += chunk.byteLength;
      if (this.#isKept(upload.size)) upload.chunks.push(chunk);
      else upload.chunks.length = 0;
    }
  }

  #isKept(size: number): boolean {
    return this.#keeps || size <= LIMITS.documentBytes;
  }

  #progress(session: string, { repository, size }: Upload): Readonly<Record<string, string>> {
    return {
      // A client must keep the query as it stands when it adds its own.
      location: `/v2/${repository}/blobs/uploads/${session}?_state=${size}`,
      range: `0-${Math.max(size - 1, 0)}`,
      'docker-upload-uuid': session,
    };
  }
}

function digestOfUpload(upload: Upload, wanted: Digest): Digest {
  if (digestAlgorithm(wanted) === 'sha256') return toDigest('sha256', upload.hash.digest('hex'));
  return digestOf(Buffer.concat(upload.chunks), 'sha512');
}

function created({ repository }: RegistryRequest, digest: Digest): Reply {
  return reply(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
}

/** Answers `PUT` of a manifest: it must be what it says it is, and all that it names must be here already. */
export async function putManifest(request: RegistryRequest, store: RegistryStore): Promise<Reply> {
  const mediaType = request.headers['content-type'] ?? '';
  const body = request.message as AsyncIterable<Uint8Array>;
  try {
    const bytes = await collect(body, LIMITS.documentBytes, 'the manifest');
    const document = parseManifest(bytes, mediaType, 'the manifest');
    return storeManifest(request, store.repository(request.repository), { mediaType, bytes, document });
  } catch (error) {
    if (!isXbundleError(error)) throw error;
    const status = isXbundleError(error, 'LIMIT_EXCEEDED') ? 413 : 400;
    return errorReply(status, { code: 'MANIFEST_INVALID', message: messageOf(error) });
  }
}

interface ReceivedManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly document: ManifestDocument;
}

function storeManifest(
  { reference, url }: RegistryRequest,
  repository: TestRepository,
  { mediaType, bytes, document }: ReceivedManifest,
): Reply {
  const digest = digestOf(bytes, isDigest(reference) ? digestAlgorithm(reference) : 'sha256');
  if (isDigest(reference) && reference !== digest) {
    return errorReply(400, { code: 'DIGEST_INVALID', message: `the manifest is ${digest}` });
  }
  const missing = repository.missing(document);
  if (missing.length > 0) {
    return errorReply(400, {
      code: 'MANIFEST_BLOB_UNKNOWN',
      message: 'manifest references a manifest or blob unknown to the registry',
      detail: missing.map((child) => ({ digest: child.digest })),
    });
  }
  repository.addManifest({ descriptor: { mediaType, digest, size: bytes.byteLength }, bytes });
  if (!isDigest(reference)) repository.tags.set(reference, digest);
  return reply(201, {
    location: url.pathname.replace(/[^/]+$/, digest),
    'docker-content-digest': digest,
    ...(document.subject !== undefined && { 'oci-subject': document.subject.digest }),
  });
}
