import { isXbundleError, messageOf, systemCode, XbundleError, type ErrorCode } from '../errors.ts';
import type { EngineEndpoint } from './endpoint.ts';

/** Characters of an engine's own message that are passed on. */
const MESSAGE_LENGTH = 600;

/** What was asked of which engine, for messages. */
export interface EngineOperation {
  /** As in "loading 3 images". */
  readonly operation: string;
  readonly endpoint: EngineEndpoint;
}

/** An engine's words, fit for a message: one line, bounded, without control characters, user-info or queries. */
export function engineWords(text: string): string {
  const line = text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\/\/[^\s/@"]+@/g, '//')
    .replace(/(https?:\/\/[^\s?"]+)\?[^\s"]*/g, '$1')
    .trim();
  return line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH)}…` : line;
}

/** The error for a message of the engine that came with an HTTP status, or in a stream that began well. */
export function engineRefusal(
  { operation, endpoint }: EngineOperation,
  { status, message }: { status?: number; message: string },
): XbundleError {
  const words = engineWords(message) || `HTTP status ${status ?? 'unknown'}`;
  const { code, advice } = classify(status, message);
  return new XbundleError(
    code,
    `${operation}: the engine ${endpoint.label} says: ${words}${advice === '' ? '' : `. ${advice}`}`,
  );
}

/** The engine has no codes of its own beside HTTP's, so the few texts that call for another action are known here. */
function classify(status: number | undefined, message: string): { code: ErrorCode; advice: string } {
  if (/no space left on device|disk quota exceeded/i.test(message)) {
    return { code: 'DISK_FULL', advice: 'Free space where the engine keeps images ("docker system df")' };
  }
  if (/enhanced container isolation/i.test(message)) {
    return {
      code: 'REFUSED',
      advice:
        "Docker Desktop's Enhanced Container Isolation forbids it: an administrator allows it in the Docker socket lists of the settings",
    };
  }
  if (/content digest \S+: not found/i.test(message)) {
    return { code: 'INCOMPLETE', advice: 'The engine has the image only in part: pull or build it again' };
  }
  if (/HTTP request to an HTTPS server/i.test(message)) {
    return { code: 'UNREACHABLE', advice: 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a context' };
  }
  if (status === 401 || status === 403) return { code: 'UNAUTHORIZED', advice: '' };
  return { code: status === 404 ? 'NOT_FOUND' : 'REFUSED', advice: '' };
}

const NO_ENGINE: ReadonlySet<string> = new Set(
  'ENOENT ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH ENOTSOCK ENOTDIR UND_ERR_CONNECT_TIMEOUT ETIMEDOUT'.split(
    ' ',
  ),
);

/** The error for a request that got no answer, or whose answer broke off. */
export function connectionFailure({ operation, endpoint }: EngineOperation, cause: unknown): XbundleError {
  if (isXbundleError(cause)) return cause;
  const code = innermostCode(cause);
  const fail = (kind: ErrorCode, reason: string): XbundleError =>
    new XbundleError(kind, `${operation}: ${reason}`, { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    return fail(
      'UNAUTHORIZED',
      `no permission to use ${endpoint.label}. Join the group that owns the socket ("docker" on most systems) or run as a user who may`,
    );
  }
  if (NO_ENGINE.has(code)) {
    return fail(
      'UNREACHABLE',
      `no Docker Engine answers at ${endpoint.label} (${code}; from ${endpoint.chosenBy}). Start Docker, or name another engine with DOCKER_HOST or "docker context use"`,
    );
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return fail('TIMEOUT', `the engine ${endpoint.label} has stalled`);
  }
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
    return fail(
      'UNREACHABLE',
      `TLS with ${endpoint.label} failed (${code}). Check the files in DOCKER_CERT_PATH or in the context`,
    );
  }
  return fail('UNREACHABLE', `the connection to ${endpoint.label} broke (${code || messageOf(cause)})`);
}

/** undici wraps what the socket said; connecting to several addresses gives several errors. */
function innermostCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return innermostCode(error.errors[0]);
  const own = systemCode(error) ?? '';
  if (error instanceof Error && (own === '' || own === 'UND_ERR_SOCKET') && error.cause !== undefined) {
    return innermostCode(error.cause) || own;
  }
  return own;
}
