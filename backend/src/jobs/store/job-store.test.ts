import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { tell } from '@xbundle/core';
import { sampleRecord, testJobStore } from '../../testing/job-store-suite.ts';
import { RUNNER_NOTES } from '../../contract.ts';
import { openFileStore } from './file-store.ts';
import { jobRecordSchema } from './job-record.ts';
import type { OpenedStore } from './job-store.ts';
import { RECORD_FILE } from '../job-history.ts';
import { openJobStore } from './open-store.ts';
import { hasSqlite, openSqliteStore } from './sqlite-store.ts';

let folder = '';
const make = async (): Promise<void> => {
  folder = await mkdtemp(join(tmpdir(), 'xbundle-store-'));
};
afterEach(() => rm(folder, { recursive: true, force: true }));

const kinds: readonly (readonly [title: string, open: (path: string) => Promise<OpenedStore>])[] = [
  ['the file store', openFileStore],
  ...(hasSqlite() ? [['the SQLite store', openSqliteStore] as const] : []),
];

for (const [title, open] of kinds) {
  testJobStore(title, async () => (await open(join(folder, 'history'))).store, make);

  describe(`${title}, damaged`, () => {
    it.each([
      ['is no history', Buffer.from('this is no history\n'.repeat(500))],
      ['is full of zeros', Buffer.alloc(8192)],
    ])('that %s is set aside with a notice, and a new one works', async (_, content) => {
      await make();
      const path = join(folder, 'history');
      await writeFile(path, content);
      const { store, notices } = await open(path);
      expect(notices).toHaveLength(1);
      await store.put(sampleRecord('a'));
      expect((await store.page({ limit: 5 })).total).toBe(1);
      await store.close();
      const aside = (await readdir(folder)).find((name) => name.includes('damaged'));
      expect(await readFile(join(folder, aside ?? 'none'))).toEqual(content);
      const again = await open(path);
      expect(again.notices).toEqual([]);
      await again.store.close();
    });
  });
}

describe('a record', () => {
  const record = sampleRecord('a');
  const note = { time: 1, level: 'info', message: 'a note' };

  it.each([
    ['the sentence alone, as earlier versions kept it', 'It runs here', { message: 'It runs here' }],
    ['its code', tell(RUNNER_NOTES, 'runs-in-backend', { reason: 'no' }), { code: 'runs-in-backend' }],
  ])('is read with %s', (_, runnerNote, read) => {
    expect(jobRecordSchema.parse({ ...record, runnerNote, notes: [note] })).toMatchObject({
      runnerNote: read,
      notes: [note],
    });
  });
});

describe('the file store', () => {
  it('keeps the jobs of a file with a damaged line', async () => {
    await make();
    const path = join(folder, 'history');
    const first = await openFileStore(path);
    await first.store.put(sampleRecord('a'));
    await first.store.close();
    await appendFile(path, '{"put":{"summary":\n');
    const second = await openFileStore(path);
    expect(second.notices).toHaveLength(1);
    expect((await second.store.page({ limit: 5 })).total).toBe(1);
    await second.store.close();
  });

  it('takes a last line that is cut short for no damage', async () => {
    await make();
    const path = join(folder, 'history');
    const first = await openFileStore(path);
    await first.store.put(sampleRecord('a'));
    await first.store.put(sampleRecord('b'));
    await first.store.close();
    await truncate(path, (await readFile(path)).byteLength - 20);
    const second = await openFileStore(path);
    expect(second.notices).toEqual([]);
    expect((await second.store.page({ limit: 5 })).jobs.map(({ id }) => id)).toEqual(['a']);
    await second.store.close();
  });

  it('does not grow with every change of a job', async () => {
    await make();
    const path = join(folder, 'history');
    const { store } = await openFileStore(path);
    for (let at = 0; at < 5_000; at++) await store.put(sampleRecord('a', { createdAt: at }));
    expect((await readFile(path, 'utf8')).split('\n').length).toBeLessThan(2_100);
    await store.close();
  });
});

describe('a damaged history', () => {
  it('is read back from the records that lie beside the logs', async () => {
    await make();
    const jobs = join(folder, 'jobs');
    for (const id of ['a', 'b']) {
      await mkdir(join(jobs, id), { recursive: true });
      await writeFile(join(jobs, id, RECORD_FILE), JSON.stringify(sampleRecord(id)));
    }
    await mkdir(join(jobs, 'c'));
    await writeFile(join(jobs, 'c', RECORD_FILE), '{');
    for (const name of ['history.db', 'history.jsonl']) await writeFile(join(folder, name), 'damage\n\n');
    const { store, notices } = await openJobStore({ directory: folder, jobs });
    expect(notices.join()).toContain('2 jobs were read back');
    expect((await store.page({ limit: 5 })).jobs.map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
    await store.close();
  });
});
