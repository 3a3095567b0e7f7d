/**
 * Every failure xbundle can name, with the exit code a process ends with. This is the one table of both:
 * docs/exit-codes and the CLI read it, and one test per row keeps it true.
 */
export const EXIT_CODES = {
  INTERNAL: 1,
  USAGE: 2,
  DIGEST_INVALID: 2,
  PLATFORM_INVALID: 2,
  REFERENCE_INVALID: 2,
  DEFINITION_INVALID: 2,
  INCOMPLETE: 3,
  NOT_FOUND: 3,
  PLATFORM_MISMATCH: 3,
  DIGEST_MISMATCH: 4,
  SIZE_MISMATCH: 4,
  DOCUMENT_INVALID: 4,
  BUNDLE_INVALID: 4,
  ARCHIVE_INVALID: 4,
  READ_BACK_FAILED: 4,
  POLICY: 5,
  UNREACHABLE: 6,
  UNAUTHORIZED: 6,
  REFUSED: 6,
  TIMEOUT: 6,
  REMOTE_INVALID: 6,
  DISK_FULL: 7,
  FILE_SYSTEM: 7,
  LOCKED: 8,
  EXISTS: 8,
  LIMIT_EXCEEDED: 9,
  UNSUPPORTED: 9,
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;
export type ExitCode = 0 | (typeof EXIT_CODES)[ErrorCode];

/**
 * The one error class. The message names the operation, the thing (image, platform, digest, host or path),
 * what was got and what was wanted, and what to do next. It never holds a credential, user-info or query
 * string: callers pass URLs through `redactUrl`.
 */
export class XbundleError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'XbundleError';
    this.code = code;
  }

  get exitCode(): ExitCode {
    return EXIT_CODES[this.code];
  }
}

/** Whether `error` is xbundle's own, and of one of `codes` when any are given. */
export function isXbundleError(error: unknown, ...codes: readonly ErrorCode[]): error is XbundleError {
  return error instanceof XbundleError && (codes.length === 0 || codes.includes(error.code));
}

/** A URL fit for a message: no user-info, no query, no fragment (law 8: signed URLs are credentials). */
export function redactUrl(url: URL | string): string {
  if (typeof url === 'string' && !URL.canParse(url)) return '(an unreadable URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * What a caller of an aborted operation gets. Ask `signal.aborted`, never the name of a caught error: what a
 * cancelled call rejects with differs between streams, fetch and Node versions.
 */
export function interrupted(signal: AbortSignal): XbundleError {
  if (isXbundleError(signal.reason)) return signal.reason;
  return new XbundleError('INTERRUPTED', 'interrupted', { cause: signal.reason });
}

/** Throws `interrupted` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`, …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
