import { XbundleError } from '../errors.ts';

declare const digestBrand: unique symbol;

export type DigestAlgorithm = 'sha256' | 'sha512';

/** A content digest that passed `parseDigest`: `sha256:<64 lower-case hex>` or `sha512:<128 lower-case hex>`. */
export type Digest = `${DigestAlgorithm}:${string}` & { readonly [digestBrand]: true };

const GRAMMAR = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether `text` is a digest. Upper-case hex is not one (image-spec descriptor.md#registered-algorithms). */
export function isDigest(text: string): text is Digest {
  return GRAMMAR.test(text);
}

/** Parses a digest; throws DIGEST_INVALID. `context` says whose digest it is, for the message. */
export function parseDigest(text: string, context = 'digest'): Digest {
  if (isDigest(text)) return text;
  throw new XbundleError(
    'DIGEST_INVALID',
    `reading ${context}: got ${JSON.stringify(text.slice(0, 160))}, want sha256:<64 lower-case hex> or sha512:<128 lower-case hex>`,
  );
}

/** The digest of a hash already taken, as hex. */
export function toDigest(algorithm: DigestAlgorithm, hex: string): Digest {
  return parseDigest(`${algorithm}:${hex}`);
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hex part. Safe as a file name: the grammar leaves no room for a separator. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** `sha256:0123456789ab`: enough of a digest for a table. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
