import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '../jobs/store/job-record.ts';
import type { JobStore } from '../jobs/store/job-store.ts';

/** A record as jobs have it. */
export function sampleRecord(id: string, changes: Partial<JobRecord['summary']> = {}): JobRecord {
  const request = { kind: 'verify' as const, bundle: `/bundles/${id}.tar`, quick: false };
  return {
    summary: {
      id,
      kind: 'verify',
      title: `${id}.tar`,
      state: 'done',
      runner: 'process',
      createdAt: 1_000,
      exitCode: 0,
      ...changes,
    },
    request,
    command: ['xbundle', 'verify'],
    cells: [],
    notes: [],
    logLines: 1,
    logBytes: 100,
    cancelled: false,
  };
}

/** What every job store does, whatever it is made of. `open` opens what an earlier one of the test has written. */
export function testJobStore(title: string, open: () => Promise<JobStore>, make: () => Promise<void>): void {
  describe(title, () => {
    let store: JobStore;
    beforeEach(async () => {
      await make();
      store = await open();
    });
    afterEach(() => store.close());

    it('gives a record back as it was put, also after it was opened again', async () => {
      const record = sampleRecord('a');
      await store.put(record);
      expect(await store.get('a')).toEqual(record);
      await store.close();
      store = await open();
      expect(await store.get('a')).toEqual(record);
      expect(await store.get('b')).toBeUndefined();
    });

    it('replaces a record of the same id', async () => {
      await store.put(sampleRecord('a', { state: 'running' }));
      await store.put(sampleRecord('a', { state: 'failed' }));
      expect((await store.get('a'))?.summary.state).toBe('failed');
      expect((await store.page({ limit: 10 })).total).toBe(1);
    });

    it('does not see what a caller does to a record afterwards', async () => {
      const record = sampleRecord('a');
      await store.put(record);
      record.summary.title = 'changed';
      expect((await store.get('a'))?.summary.title).toBe('a.tar');
    });

    it('gives pages, the latest first, each job once', async () => {
      for (let at = 0; at < 25; at++) await store.put(sampleRecord(`job-${at}`, { createdAt: at % 5 }));
      const ids: string[] = [];
      let before: string | undefined;
      do {
        const page = await store.page({ limit: 10, before });
        expect(page.total).toBe(25);
        expect(page.jobs.map(({ createdAt }) => createdAt)).toEqual(
          page.jobs.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
        );
        ids.push(...page.jobs.map(({ id }) => id));
        before = page.next;
      } while (before !== undefined);
      expect(new Set(ids).size).toBe(25);
      expect(ids).toHaveLength(25);
    });

    it.each([
      ['kind', { kind: 'export' }, ['b']],
      ['state', { states: ['failed'] }, ['c']],
      ['several states', { states: ['failed', 'running'] }, ['c', 'd']],
      ['a word of the title, case aside', { search: 'A.TAR' }, ['a']],
      ['a word of the error', { search: 'no space' }, ['c']],
      ['a wildcard, which is none', { search: '%' }, []],
      ['a quote, which is one', { search: "'" }, []],
    ] as const)('filters by %s', async (_, query, expected) => {
      await store.put(sampleRecord('a'));
      await store.put(sampleRecord('b', { kind: 'export', title: 'other' }));
      await store.put(
        sampleRecord('c', { state: 'failed', error: { code: 'DISK_FULL', message: 'no space left' } }),
      );
      await store.put(sampleRecord('d', { state: 'running' }));
      const { jobs, total } = await store.page({ ...query, limit: 10 });
      expect(jobs.map(({ id }) => id).toSorted()).toEqual(expected);
      expect(total).toBe(expected.length);
    });

    it('lists ended jobs, the oldest first, and removes', async () => {
      await store.put(sampleRecord('new', { createdAt: 3 }));
      await store.put(sampleRecord('old', { createdAt: 1 }));
      await store.put(sampleRecord('runs', { createdAt: 2, state: 'running' }));
      expect(await store.ended()).toEqual([
        { id: 'old', logBytes: 100 },
        { id: 'new', logBytes: 100 },
      ]);
      expect(await store.totals()).toEqual({ jobs: 3, logBytes: 300 });
      await store.remove(['old', 'none']);
      expect(await store.totals()).toEqual({ jobs: 2, logBytes: 200 });
    });

    it('keeps settings', async () => {
      expect(await store.setting('limits')).toBeUndefined();
      await store.setSetting('limits', { maxJobs: 5 });
      await store.setSetting('limits', { maxJobs: 7 });
      await store.close();
      store = await open();
      expect(await store.setting('limits')).toEqual({ maxJobs: 7 });
    });

    it('lists 500 jobs within a tenth of a second', async () => {
      for (let at = 0; at < 500; at++) await store.put(sampleRecord(`job-${at}`, { createdAt: at }));
      const start = performance.now();
      const { jobs, total } = await store.page({ limit: 100, search: 'tar' });
      const took = performance.now() - start;
      expect([jobs.length, total]).toEqual([100, 500]);
      expect(took).toBeLessThan(100);
    });
  });
}
