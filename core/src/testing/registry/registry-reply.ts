import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bytes } from '../../content/index.ts';

/**
 * How an answer stops: `complete` as HTTP wants it, `close` with a FIN and `reset` with a RST after the bytes of
 * the body, `hang` never.
 */
export type Ending = 'complete' | 'close' | 'reset' | 'hang';

/** An HTTP answer as data, so that a fault is a function from answer to answer. */
export interface Reply {
  /** 0 sends no headers: the connection ends, or does not, without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
  readonly ending: Ending;
}

export type Headers = Readonly<Record<string, string>>;

/** A complete answer with a body in memory. */
export function reply(status: number, headers: Headers = {}, body: Uint8Array | string = ''): Reply {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: { 'content-length': String(bytes.byteLength), ...headers },
    body: only(bytes),
    ending: 'complete',
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of one
export async function* only(bytes: Uint8Array): Bytes {
  if (bytes.byteLength > 0) yield bytes;
}

/** The codes of distribution-spec "Error Codes" that the test registry gives. */
export type DistributionErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAUTHORIZED'
  | 'UNSUPPORTED';

export interface DistributionError {
  readonly code: DistributionErrorCode;
  readonly message: string;
  readonly detail?: unknown;
  readonly headers?: Headers;
}

/** An error answer in the shape of the distribution spec. */
export function errorReply(status: number, { headers, ...error }: DistributionError): Reply {
  const body = JSON.stringify({ errors: [error] });
  return reply(status, { 'content-type': 'application/json', ...headers }, body);
}

/** RST discards what the kernel has not delivered; on loopback this is ample. */
const DELIVERY_MS = 30;

/** Sends an answer. Returns the number of body bytes sent, also when the client has gone. */
export async function send(response: ServerResponse, answer: Reply, head: boolean): Promise<number> {
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  let sent = 0;
  if (answer.status !== 0) {
    // Without a length the body ends where the connection does, instead of in chunks.
    response.useChunkedEncodingByDefault = false;
    response.writeHead(answer.status, answer.headers);
    if (!head) response.flushHeaders();
  }
  for await (const chunk of head ? [] : answer.body) {
    if (!response.write(chunk)) await untilEvent(response, 'drain', gone.signal);
    if (gone.signal.aborted) return sent;
    sent += chunk.byteLength;
  }
  await finish(response, answer.ending, gone.signal);
  return sent;
}

async function finish(response: ServerResponse, ending: Ending, gone: AbortSignal): Promise<void> {
  if (ending === 'complete') response.end();
  if (ending === 'hang') await untilEvent(response, 'close', gone);
  if (ending === 'close' || ending === 'reset') await sleep(DELIVERY_MS);
  if (ending === 'close') response.socket?.end();
  if (ending === 'reset') response.socket?.resetAndDestroy();
}

async function untilEvent(response: ServerResponse, event: string, gone: AbortSignal): Promise<void> {
  try {
    await once(response, event, { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}
