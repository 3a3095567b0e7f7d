import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { collect, type Bytes } from '../../content/index.ts';
import type { FaultAction } from './registry-faults.ts';
import { errorReply, only, reply, type DistributionErrorCode, type Reply } from './registry-reply.ts';
import type { RegistryRequest } from './registry-request.ts';

/** The end of a connection that each of these makes. */
const ENDINGS = { truncate: 'close', reset: 'reset', stall: 'hang', 'reset-upload': 'reset' } as const;

type CutAction = Extract<FaultAction, { type: keyof typeof ENDINGS }>;

function isCut(action: FaultAction): action is CutAction {
  return action.type in ENDINGS;
}

/** What a fault answers instead of working. Undefined for other actions. */
export async function replyInstead(
  action: FaultAction,
  request: RegistryRequest,
): Promise<Reply | undefined> {
  if (isCut(action)) {
    if (action.type === 'reset-upload') await readSome(request.message, action.at);
    return { status: 0, headers: {}, body: only(Buffer.alloc(0)), ending: ENDINGS[action.type] };
  }
  switch (action.type) {
    case 'status':
      return statusReply(action);
    case 'redirect':
      return reply(action.status ?? 307, {
        location: action.to.replaceAll('{url}', request.url.pathname + request.url.search),
      });
    case 'html':
      return reply(200, { 'content-type': 'text/html' }, '<!doctype html><title>Please log in</title>');
    case 'endless':
      return { status: 200, headers: action.headers ?? {}, body: endless(), ending: 'complete' };
    default:
      return undefined;
  }
}

const CODES: ReadonlyMap<number, DistributionErrorCode> = new Map([
  [401, 'UNAUTHORIZED'],
  [403, 'DENIED'],
  [429, 'TOOMANYREQUESTS'],
]);

function statusReply(action: Extract<FaultAction, { type: 'status' }>): Reply {
  const { status, headers } = action;
  if (action.body !== undefined) return reply(status, headers, action.body);
  const code = CODES.get(status) ?? 'UNSUPPORTED';
  return errorReply(status, { code, message: `injected ${status}`, ...(headers && { headers }) });
}

async function* endless(): Bytes {
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    yield chunk;
    await new Promise(setImmediate);
  }
}

async function readSome(content: Bytes, bytes: number): Promise<void> {
  let seen = 0;
  if (bytes === 0) return;
  for await (const chunk of { [Symbol.asyncIterator]: () => undisturbed(content) }) {
    seen += chunk.byteLength;
    if (seen >= bytes) return;
  }
}

/** Reads without ending the stream when the reader stops: the connection is ended by what follows. */
async function* undisturbed(content: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = content[Symbol.asyncIterator]();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

/** What a fault makes of a good answer. */
export async function distort(action: FaultAction, answer: Reply): Promise<Reply> {
  const { body } = answer;
  if (isCut(action)) return { ...answer, body: take(body, Number(action.at)), ending: ENDINGS[action.type] };
  switch (action.type) {
    case 'drip':
      return { ...answer, body: drip(body, action.bytes, action.everyMs) };
    case 'flip':
      return { ...answer, body: flip(body, action.at) };
    case 'append':
      return resized(answer, action.bytes, append(body, action.bytes));
    case 'shorten':
      return resized(answer, -action.bytes, take(body, lengthOf(answer) - action.bytes));
    case 'close-delimited':
      return closeDelimited(answer, action.at);
    case 'gzip':
      return gzipped(answer);
    case 'headers':
      return { ...answer, headers: withHeaders(answer.headers, action.set) };
    default:
      return answer;
  }
}

function lengthOf({ headers }: Reply): number {
  return Number(headers['content-length'] ?? 0);
}

function resized(answer: Reply, by: number, body: Bytes): Reply {
  const length = String(Math.max(lengthOf(answer) + by, 0));
  return { ...answer, body, headers: { ...answer.headers, 'content-length': length } };
}

function closeDelimited(answer: Reply, at: number): Reply {
  const headers = withHeaders(answer.headers, { 'content-length': null, connection: 'close' });
  return { ...answer, headers, body: take(answer.body, at) };
}

async function gzipped(answer: Reply): Promise<Reply> {
  const bytes = gzipSync(await collect(answer.body, Infinity, 'the body to compress'));
  const length = String(bytes.byteLength);
  const headers = { ...answer.headers, 'content-encoding': 'gzip', 'content-length': length };
  return { ...answer, headers, body: only(bytes) };
}

function withHeaders(
  headers: Reply['headers'],
  set: Readonly<Record<string, string | null>>,
): Reply['headers'] {
  const changed = new Map(Object.entries(headers));
  for (const [name, value] of Object.entries(set)) {
    if (value === null) changed.delete(name.toLowerCase());
    else changed.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(changed);
}

async function* take(content: Bytes, count: number): Bytes {
  let left = count;
  if (left <= 0) return;
  for await (const chunk of content) {
    yield chunk.subarray(0, left);
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

async function* flip(content: Bytes, at: number): Bytes {
  let offset = 0;
  for await (const chunk of content) {
    const place = at - offset;
    const hit = chunk[place];
    const copy = hit === undefined ? chunk : Buffer.from(chunk);
    if (hit !== undefined) copy[place] = hit ^ 1;
    yield copy;
    offset += chunk.byteLength;
  }
}

async function* append(content: Bytes, bytes: number): Bytes {
  yield* content;
  yield Buffer.alloc(bytes);
}

async function* drip(content: Bytes, bytes: number, everyMs: number): Bytes {
  for await (const chunk of content) {
    for (let at = 0; at < chunk.byteLength; at += bytes) {
      await sleep(everyMs);
      yield chunk.subarray(at, at + bytes);
    }
  }
}
