import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LiveJob } from './live-job.ts';
import { makeRecord } from './make-record.ts';

const CELL = 'web@linux/arm64';
const cell = { id: CELL, component: 'web', platform: 'linux/arm64', wanted: true, how: 'native' };
const step = { text: 'RUN make', state: 'running' };
const counts = { total: 4, ended: 1 };

let folder: string;
let job: LiveJob;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xbundle-live-job-'));
  const request = { kind: 'verify' as const, bundle: '/x.tar', quick: false };
  const record = makeRecord(request, { id: 'a', createdAt: Date.now(), runner: 'container' });
  job = new LiveJob(record, join(folder, 'log'));
  await job.begin();
});

afterAll(async () => {
  await job.close();
  await rm(folder, { recursive: true });
});

async function say(...lines: readonly object[]): Promise<void> {
  for (const line of lines) await job.take('stderr', JSON.stringify({ time: 1, ...line }));
  job.events.flush();
}

it('tells of what a step writes while it runs, and whose lines they are', async () => {
  await say(
    { type: 'cell', cell: { ...cell, state: 'running' } },
    { type: 'build', cell: CELL, event: { type: 'step', step }, counts },
  );
  const before = job.events.cursor;
  await say(
    ...[1, 2, 3].map((line) => ({
      type: 'build',
      cell: CELL,
      event: { type: 'log', step, stream: 1, text: `line ${line}` },
      counts,
    })),
  );
  expect(job.events.read(before, 10).events.map(({ event }) => event)).toEqual([
    { type: 'log', lines: 3, cell: { id: CELL, lines: 3 } },
  ]);
});
