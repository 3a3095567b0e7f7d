import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '@xbundle/core';
import { startRegistry, type FaultRule } from '@xbundle/core/testing';
import { xbundle, type CliRun } from '../support/cli.ts';
import { errorOf } from '../support/documents.ts';
import { LOGIN, makeFaultCase, type FaultCase, type FaultyRegistry } from '../support/faulty-registry.ts';
import { everythingIn, makeScratch, removeScratch } from '../support/scratch.ts';

const LAYER_BYTES = 200_000;

let scratch: string;

beforeAll(async () => {
  scratch = await makeScratch('faults');
});

afterAll(async () => {
  await removeScratch(scratch);
});

function setUp(title: string): Promise<FaultCase> {
  return makeFaultCase(scratch, title, LAYER_BYTES);
}

const manifest = { kind: 'manifest' } as const;
const config = { kind: 'config' } as const;
const layer = { kind: 'blob', method: 'GET' } as const;
/** HEAD too. */
const anyLayer = { kind: 'blob' } as const;

interface Row {
  readonly title: string;
  readonly faults: readonly FaultRule[];
}

const survived: readonly Row[] = [
  {
    title: 'a registry that is busy',
    faults: [{ match: manifest, action: { type: 'status', status: 429, headers: { 'retry-after': '1' } } }],
  },
  {
    title: 'a registry that is busy with layers',
    faults: [
      { match: layer, times: 2, action: { type: 'status', status: 429, headers: { 'retry-after': '1' } } },
    ],
  },
  {
    title: 'an error of the registry',
    faults: [
      { match: layer, action: { type: 'status', status: 500 } },
      { match: manifest, action: { type: 'status', status: 503 } },
    ],
  },
  {
    title: 'a connection that ends early',
    faults: [{ match: layer, times: 3, action: { type: 'truncate', at: 70_000 } }],
  },
  {
    title: 'a document that ends early',
    faults: [
      { match: config, action: { type: 'truncate', at: 20 } },
      { match: manifest, action: { type: 'truncate', at: 'start' } },
    ],
  },
  {
    title: 'a connection that is reset',
    faults: [
      { match: layer, times: 3, action: { type: 'reset', at: 50_000 } },
      { match: manifest, action: { type: 'reset', at: 'start' } },
    ],
  },
  {
    title: 'a length that is not told',
    faults: [{ match: layer, times: 2, action: { type: 'close-delimited', at: 90_000 } }],
  },
  { title: 'a flipped bit', faults: [{ match: layer, action: { type: 'flip', at: 12_345 } }] },
  {
    title: 'a length that is wrong',
    faults: [
      { match: layer, action: { type: 'append', bytes: 7 } },
      { match: layer, skip: 1, action: { type: 'shorten', bytes: 7 } },
    ],
  },
  {
    title: 'ranges that are ignored',
    faults: [
      { match: layer, times: 2, action: { type: 'truncate', at: 60_000 } },
      { times: Infinity, action: { type: 'ignore-range' } },
    ],
  },
  {
    title: 'a range that is wrong',
    faults: [
      { match: { ...layer, range: false }, times: 2, action: { type: 'truncate', at: 60_000 } },
      {
        match: { ...layer, range: true },
        times: Infinity,
        action: { type: 'headers', set: { 'content-range': 'bytes 5-9/10' } },
      },
    ],
  },
  {
    title: 'slow bytes',
    faults: [{ match: layer, times: 2, action: { type: 'drip', bytes: 20_000, everyMs: 40 } }],
  },
  { title: 'a connection that stalls', faults: [{ match: layer, action: { type: 'stall', at: 60_000 } }] },
  { title: 'an expired token', faults: [{ match: layer, skip: 1, action: { type: 'expire-tokens' } }] },
];

const refused: readonly (Row & { readonly exitCode: number; readonly code: ErrorCode })[] = [
  {
    title: 'a flipped bit every time',
    faults: [{ match: layer, times: Infinity, action: { type: 'flip', at: 12_345 } }],
    exitCode: 4,
    code: 'DIGEST_MISMATCH',
  },
  {
    title: 'a flipped bit in a manifest',
    faults: [{ match: manifest, times: Infinity, action: { type: 'flip', at: 40 } }],
    exitCode: 4,
    code: 'DIGEST_MISMATCH',
  },
  {
    title: 'a layer that is longer',
    faults: [{ match: anyLayer, times: Infinity, action: { type: 'append', bytes: 7 } }],
    exitCode: 4,
    code: 'SIZE_MISMATCH',
  },
  {
    title: 'a layer that is shorter',
    faults: [{ match: layer, times: Infinity, action: { type: 'shorten', bytes: 7 } }],
    exitCode: 4,
    code: 'SIZE_MISMATCH',
  },
  {
    title: 'a layer without end',
    faults: [{ match: layer, times: Infinity, action: { type: 'endless' } }],
    exitCode: 4,
    code: 'SIZE_MISMATCH',
  },
  {
    title: 'a manifest without end',
    faults: [
      {
        match: manifest,
        times: Infinity,
        action: { type: 'endless', headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' } },
      },
    ],
    exitCode: 9,
    code: 'LIMIT_EXCEEDED',
  },
  {
    title: 'compressed bytes',
    faults: [{ match: anyLayer, times: Infinity, action: { type: 'gzip' } }],
    exitCode: 6,
    code: 'REMOTE_INVALID',
  },
  {
    title: 'a login page',
    faults: [{ match: manifest, times: Infinity, action: { type: 'html' } }],
    exitCode: 6,
    code: 'REMOTE_INVALID',
  },
  {
    title: 'redirects in a circle',
    faults: [{ match: layer, times: Infinity, action: { type: 'redirect', to: '{url}' } }],
    exitCode: 6,
    code: 'REMOTE_INVALID',
  },
  {
    title: 'a redirect to a metadata service',
    faults: [{ match: layer, times: Infinity, action: { type: 'redirect', to: 'http://169.254.169.254/' } }],
    exitCode: 6,
    code: 'REMOTE_INVALID',
  },
  {
    title: 'a registry that always fails',
    faults: [{ match: layer, times: Infinity, action: { type: 'status', status: 503 } }],
    exitCode: 6,
    code: 'UNREACHABLE',
  },
  {
    title: 'a registry that forbids',
    faults: [{ match: layer, times: Infinity, action: { type: 'status', status: 403 } }],
    exitCode: 6,
    code: 'UNAUTHORIZED',
  },
];

describe.concurrent('an export from a registry with faults', () => {
  it.each(survived)(
    'gets over $title and writes the same bytes',
    { timeout: 180_000 },
    async ({ title, faults }) => {
      const { server, folder, reference } = await setUp(title);
      try {
        const set = faults.map((rule) => server.registry.fault(rule));
        const run = await exportInto(folder, server);
        expect(run).toMatchObject({ exitCode: 0 });
        for (const fault of set) expect(fault.fired).toBeGreaterThan(0);
        expect((await readFile(join(folder, 'out.tar'))).equals(await readFile(reference))).toBe(true);
        expect(await everythingIn(folder)).toEqual(['config.json', 'out.tar', 'reference.tar']);
      } finally {
        await server.registry.close();
      }
    },
  );

  it.each(refused)(
    'ends with $exitCode at $title, and writes nothing',
    async ({ title, faults, exitCode, code }) => {
      const { server, folder } = await setUp(title);
      try {
        for (const rule of faults) server.registry.fault(rule);
        const run = await exportInto(folder, server);
        expect(run).toMatchObject({ exitCode });
        expect(errorOf(run).error).toMatchObject({ code });
        expect(run.stdout + run.stderr).not.toContain(LOGIN.password);
        // What was fetched of other layers may wait for the next run.
        expect(await everythingIn(folder)).not.toContain('out.tar');
      } finally {
        await server.registry.close();
      }
    },
  );

  it('follows a redirect to another host without its login', async () => {
    const { server, folder, reference } = await setUp('redirect');
    const storage = await startRegistry();
    try {
      const app = server.registry.repository('team/app');
      for (const [digest, blob] of app.blobs) storage.repository('team/app').blobs.set(digest, blob);
      const to = `${storage.origin}{url}?signature=secret`;
      server.registry.fault({ match: layer, times: Infinity, action: { type: 'redirect', to } });
      const run = await exportInto(folder, server, ['--verbose']);
      expect(run).toMatchObject({ exitCode: 0 });
      expect((await readFile(join(folder, 'out.tar'))).equals(await readFile(reference))).toBe(true);
      expect(storage.requests.length).toBeGreaterThan(0);
      for (const { headers } of storage.requests) expect(headers).not.toHaveProperty('authorization');
      expect(server.registry.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
      expect(run.stdout + run.stderr).not.toContain('secret');
      expect((await readFile(join(folder, 'out.tar'))).includes('secret')).toBe(false);
    } finally {
      await storage.close();
      await server.registry.close();
    }
  });
});

function exportInto(
  folder: string,
  { name }: FaultyRegistry,
  flags: readonly string[] = [],
): Promise<CliRun> {
  const args = ['export', name, '--from', 'registry', '-o', 'out.tar', '--json', '--timeout', '2', ...flags];
  return xbundle(args, { cwd: folder, env: { DOCKER_CONFIG: folder } });
}
