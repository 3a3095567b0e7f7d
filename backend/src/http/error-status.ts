import { isXbundleError, messageOf, XbundleError, type ErrorCode } from '@xbundle/core';
import type { ErrorBody } from '../contract.ts';

/** The HTTP status of each failure. 401 is not among them: it speaks of this server's own token. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  INTERNAL: 500,
  USAGE: 400,
  DIGEST_INVALID: 400,
  PLATFORM_INVALID: 400,
  REFERENCE_INVALID: 400,
  DEFINITION_INVALID: 422,
  INCOMPLETE: 409,
  NOT_FOUND: 404,
  PLATFORM_MISMATCH: 409,
  DIGEST_MISMATCH: 422,
  SIZE_MISMATCH: 422,
  DOCUMENT_INVALID: 422,
  BUNDLE_INVALID: 422,
  ARCHIVE_INVALID: 422,
  READ_BACK_FAILED: 502,
  POLICY: 403,
  UNREACHABLE: 502,
  UNAUTHORIZED: 502,
  REFUSED: 502,
  TIMEOUT: 504,
  REMOTE_INVALID: 502,
  DISK_FULL: 507,
  FILE_SYSTEM: 500,
  LOCKED: 409,
  EXISTS: 409,
  LIMIT_EXCEEDED: 413,
  UNSUPPORTED: 501,
  INTERRUPTED: 503,
};

/** A request that is refused for what it is, not for what it asks. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { readonly code?: ErrorCode; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
    this.code = options.code ?? 'USAGE';
    this.headers = options.headers ?? {};
  }
}

export interface FailedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
}

/** Any failure as an answer; of a bug only its message is told, never its stack. */
export function failedAnswer(error: unknown): FailedAnswer {
  if (error instanceof HttpRefusal) {
    const { status, headers, code, message } = error;
    return { status, headers, body: { error: { code, message } } };
  }
  const known = isXbundleError(error)
    ? error
    : new XbundleError('INTERNAL', `a bug in xbundle: ${messageOf(error)}`, { cause: error });
  const { code, message } = known;
  return { status: STATUS[code], headers: {}, body: { error: { code, message } } };
}
