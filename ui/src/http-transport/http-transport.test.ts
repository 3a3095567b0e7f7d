import { describe, expect, it, vi } from 'vitest';
import { createHttpTransport } from './http-transport.ts';
import { takeToken } from './token.ts';

describe('the token', () => {
  it('is taken out of the address, and kept for a reload', () => {
    history.replaceState(null, '', '/?a=1#token=secret');
    expect(takeToken(location, history, sessionStorage)).toBe('secret');
    expect(location.href).not.toContain('secret');
    expect(takeToken(location, history, sessionStorage)).toBe('secret');
  });

  it('goes in a header, never in an address', async () => {
    const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response('{}')));
    await createHttpTransport('secret', send).send({ method: 'GET', path: '/api/facts' }, {});
    const [path, init] = send.mock.calls[0] ?? [];
    expect(path).toBe('/api/facts');
    expect(init?.headers).toEqual({ 'x-xbundle-token': 'secret' });
  });
});

it('tells a server that does not answer from one that refuses', async () => {
  const gone = createHttpTransport('t', () => Promise.reject(new TypeError('failed')));
  await expect(gone.send({ method: 'GET', path: '/' }, {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const refusing = createHttpTransport('t', () => Promise.resolve(new Response('<html>', { status: 403 })));
  expect(await refusing.send({ method: 'GET', path: '/' }, {})).toEqual({ status: 403, body: undefined });
});
