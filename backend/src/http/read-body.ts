import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './error-status.ts';

/** What a request's body may have. What a build in the tab says is the largest: `FEED_CHARACTERS`, written as JSON. */
const REQUEST_BYTES = 8_388_608;

/** A body as JSON; `{}` where there is none. Throws 413 and 400. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > REQUEST_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > REQUEST_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpRefusal(400, 'the body is no JSON');
  }
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `the body has more than ${REQUEST_BYTES} bytes`, {
    code: 'LIMIT_EXCEEDED',
    headers: { connection: 'close' },
  });
}
