import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistry, type FaultRule } from '@xbundle/core/testing';
import { xbundle } from '../support/cli.ts';
import { receiptOf } from '../support/documents.ts';
import { makeFaultCase } from '../support/faulty-registry.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

let scratch: string;

beforeAll(async () => {
  scratch = await makeScratch('import-faults');
});

afterAll(async () => {
  await removeScratch(scratch);
});

interface Row {
  readonly title: string;
  readonly faults: readonly FaultRule[];
}

const pushed: readonly Row[] = [
  {
    title: 'a registry that is busy',
    faults: [
      { match: { method: 'POST' }, action: { type: 'status', status: 429, headers: { 'retry-after': '1' } } },
    ],
  },
  {
    title: 'an error of the registry',
    faults: [
      { match: { method: 'PUT', kind: 'manifest' }, times: 2, action: { type: 'status', status: 500 } },
    ],
  },
  {
    title: 'a connection that is reset while sending',
    faults: [{ match: { kind: 'upload' }, times: 2, skip: 1, action: { type: 'reset-upload', at: 30_000 } }],
  },
  {
    title: 'no answer to an upload',
    faults: [{ match: { method: 'PUT', kind: 'upload' }, action: { type: 'reset', at: 'start' } }],
  },
];

describe.concurrent('an import into a registry with faults', () => {
  it.each(pushed)('gets over $title and proves every cell', async ({ title, faults }) => {
    const { server, folder, reference } = await makeFaultCase(scratch, title, 200_000);
    const target = await startRegistry();
    try {
      const set = faults.map((rule) => target.fault(rule));
      const run = await xbundle(['import', reference, '--to', `registry:${target.host}`, '--json'], {
        cwd: folder,
      });
      expect(run).toMatchObject({ exitCode: 0 });
      for (const fault of set) expect(fault.fired).toBeGreaterThan(0);
      expect(receiptOf(run).complete).toBe(true);
      const [from, to] = [server.registry, target].map((each) => each.repository('team/app'));
      expect(to?.tags).toEqual(from?.tags);
      expect(new Set(to?.blobs.keys())).toEqual(new Set(from?.blobs.keys()));
    } finally {
      await target.close();
      await server.registry.close();
    }
  });
});
