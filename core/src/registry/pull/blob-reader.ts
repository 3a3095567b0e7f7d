import type { ReadOptions } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Descriptor } from '../../model/index.ts';
import { refuseEncoding } from '../http/encoding.ts';
import { contentLength, contentType, type HttpResponse } from '../http/http.ts';
import type { Repository } from '../repository.ts';
import { type Retries, TransientFailure } from '../http/retry.ts';
import { statusFailure } from '../http/status-failure.ts';

/**
 * The bytes of one blob from `offset` on, unverified and never more than its size. A transfer that breaks goes
 * on where it was, by a closed range; a registry that does not honour ranges is read again from the start, and
 * what was already handed on is skipped: the caller hashes every byte, so wrong ones cannot stay unseen.
 * Throws NOT_FOUND, SIZE_MISMATCH for a body longer than the blob, and what `RegistryConnection` throws.
 */
export async function* readBlob(
  repository: Repository,
  blob: Descriptor,
  { offset, ...options }: ReadOptions & { readonly offset: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const transfer = new BlobTransfer(repository, blob, options);
  const retries: Retries = repository.connection.retries({ what: transfer.what, signal: options.signal });
  let at = offset;
  let before = at;
  while (at < blob.size) {
    try {
      for await (const chunk of transfer.from(at)) {
        at += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      // All bytes are there: that the connection then ended badly changes nothing.
      if (at === blob.size) return;
      await retries.next(error, at - before >= LIMITS.chunkBytes);
    }
    before = at;
  }
}

class BlobTransfer {
  readonly what: string;
  readonly #repository: Repository;
  readonly #blob: Descriptor;
  readonly #options: ReadOptions;
  #usesRanges = true;

  constructor(repository: Repository, blob: Descriptor, options: ReadOptions) {
    this.what = `fetching ${blob.digest} of ${repository.name}`;
    this.#repository = repository;
    this.#blob = blob;
    this.#options = options;
  }

  /** One try: the bytes from `at` to the end of the blob, or a failure. */
  async *from(at: number): AsyncGenerator<Uint8Array, void, undefined> {
    const { response, skip } = await this.#open(at);
    let position = at - skip;
    for await (const chunk of response.body) {
      const start = position;
      position += chunk.byteLength;
      if (position > this.#blob.size) throw this.#tooLong(response, at);
      if (position > at) yield start >= at ? chunk : chunk.subarray(at - start);
    }
    if (position < this.#blob.size) throw this.#tooShort(position);
  }

  /** Asks for the bytes from `at` on; `skip` is how many come before them all the same. */
  async #open(at: number): Promise<{ readonly response: HttpResponse; readonly skip: number }> {
    const ranged = at > 0 && this.#usesRanges;
    const range = ranged ? { range: `bytes=${at}-${this.#blob.size - 1}` } : {};
    const { url, headers } = this.#repository.contentOf(this.#blob);
    const response = await this.#repository.connection.send({
      method: 'GET',
      url,
      headers: { ...headers, ...range },
      scopes: this.#repository.pull,
      what: this.what,
      ...this.#options,
    });
    if (response.status === 200) {
      this.#checkHead(response);
      return { response, skip: at };
    }
    if (ranged && [206, 416].includes(response.status)) return this.#checkRange(response, at);
    throw await this.#failure(response);
  }

  #checkHead(response: HttpResponse): void {
    refuseEncoding(response, this.what);
    const length = contentLength(response.headers);
    if (length === this.#blob.size) return;
    if (contentType(response.headers) === 'text/html') {
      response.discard();
      throw this.#error('REMOTE_INVALID', `${response.url.host} answered with an HTML page. ${PORTAL}`);
    }
    if (length === undefined || length < this.#blob.size) return;
    response.discard();
    throw this.#error('SIZE_MISMATCH', `got ${length} bytes, want ${this.#blob.size}`);
  }

  #checkRange(
    response: HttpResponse,
    at: number,
  ): { readonly response: HttpResponse; readonly skip: number } {
    if (response.status === 206) refuseEncoding(response, this.what);
    const { size } = this.#blob;
    const given = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    const [, first, last, total] = given ?? [];
    const isExact =
      Number(first) === at && Number(last) === size - 1 && (total === '*' || Number(total) === size);
    if (response.status === 206 && isExact) return { response, skip: 0 };
    response.discard();
    throw this.#withoutRanges(`got another range than bytes ${at}-${size - 1}`);
  }

  /** Bytes of unknown place must not be appended: the next try reads from the start. */
  #withoutRanges(reason: string): TransientFailure {
    this.#usesRanges = false;
    return new TransientFailure(this.#error('REMOTE_INVALID', reason), 0);
  }

  #tooLong(response: HttpResponse, at: number): XbundleError | TransientFailure {
    if (response.status === 206) return this.#withoutRanges(`got more bytes than asked for from ${at} on`);
    return this.#error('SIZE_MISMATCH', `got more than ${this.#blob.size} bytes`);
  }

  #tooShort(position: number): TransientFailure {
    const reason = `got ${position} bytes, want ${this.#blob.size}`;
    return new TransientFailure(this.#error('SIZE_MISMATCH', reason));
  }

  async #failure(response: HttpResponse): Promise<XbundleError | TransientFailure> {
    const { connection } = this.#repository;
    const failure = await statusFailure(response, { what: this.what, login: connection.loginCommand });
    const isSigned = response.url.origin !== connection.url.origin;
    // A signed URL of a storage host has run out: the next try asks the registry for another.
    return isSigned && failure instanceof XbundleError && [400, 401, 403].includes(response.status)
      ? new TransientFailure(failure)
      : failure;
  }

  #error(code: 'REMOTE_INVALID' | 'SIZE_MISMATCH', reason: string): XbundleError {
    return new XbundleError(code, `${this.what}: ${reason}`);
  }
}

const PORTAL = 'Is there a login page or a proxy between here and the registry?';
