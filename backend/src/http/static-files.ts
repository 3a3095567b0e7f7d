import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { systemCode } from '@xbundle/core';
import { HttpRefusal } from './error-status.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** Names of built files hold a hash of their content. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** One file of the page. Throws 404 for what is none, and for every path that is not plainly below `directory`. */
export async function serveFile(directory: string, path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? '/index.html' : path;
  const type = TYPES[extname(name)];
  if (type === undefined || !/^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(name)) throw notFound();
  const content = await readStatic(join(directory, name));
  response.writeHead(200, {
    'content-type': type,
    'content-security-policy': CONTENT_POLICY,
    'cache-control': HASHED.test(name) ? 'private, max-age=31536000, immutable' : 'no-store',
    ...SECURITY_HEADERS,
  });
  response.end(content);
}

export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

/** Only files of our own run, and the page speaks to nobody but us. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

async function readStatic(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) throw notFound();
    throw error;
  }
}

function notFound(): HttpRefusal {
  return new HttpRefusal(404, 'there is no such file', { code: 'NOT_FOUND' });
}
