import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTES, tell } from '@xbundle/core';
import { EventRing } from '../event-ring.ts';
import { JobModel } from './job-model.ts';
import { jobOutcome } from './job-result.ts';
import { indexLog, LogWriter } from '../log/log-file.ts';
import { OutputLines } from './output-lines.ts';
import { readLogLine, readLogPage, searchLog } from '../log/read-log.ts';

const line = (time: number, event: object): string => JSON.stringify({ time, ...event });
const cell = (state: string, more: object = {}): object => ({
  type: 'cell',
  cell: {
    id: 'a@linux/amd64',
    component: 'a',
    platform: 'linux/amd64',
    wanted: true,
    how: 'native',
    state,
    ...more,
  },
});

describe('what a job says', () => {
  it('is its cells, with their times, steps and log', () => {
    const model = new JobModel(1_000_000);
    model.add('stderr', line(0, cell('waiting')));
    model.add('stderr', line(2, cell('running')));
    const counts = { total: 4, ended: 1, cached: 0, failed: 0 };
    const step = { text: 'RUN make', state: 'running' };
    model.add(
      'stderr',
      line(3, { type: 'build', cell: 'a@linux/amd64', event: { type: 'step', step }, counts }),
    );
    const log = {
      type: 'build',
      cell: 'a@linux/amd64',
      event: { type: 'log', text: 'cc x.c', stream: 1 },
      counts,
    };
    expect(model.add('stderr', line(4, log)).log).toMatchObject({
      cell: 'a@linux/amd64',
      text: 'cc x.c',
      time: 1_004_000,
    });
    expect(model.cells).toMatchObject([
      { state: 'building', startedAt: 1_002_000, step: 'RUN make', percent: 25, logLines: 1 },
    ]);
    model.add('stderr', line(5, cell('done', { durationMs: 3_000 })));
    expect(model.cells).toMatchObject([{ state: 'done', endedAt: 1_005_000, percent: 100 }]);
    expect(model.counts).toEqual({ cells: 1, done: 1, failed: 0, running: 0 });
  });

  it.each([
    [
      'failed',
      { failure: { message: 'exit code 1', at: { file: 'Dockerfile', line: 7, source: ['RUN x'] } } },
      'failed',
    ],
    ['done', { cached: true }, 'cached'],
    ['wrong', { reason: 'it is for arm64' }, 'failed'],
    ['blocked', { reason: 'needs b' }, 'blocked'],
    ['canceled', {}, 'cancelled'],
    ['failed', { how: 'impossible' }, 'impossible'],
  ])('a cell that is %s with %j is %s', (state, more, shown) => {
    const model = new JobModel(0);
    model.add('stderr', line(1, cell(state, more)));
    expect(model.cells[0]?.state).toBe(shown);
  });

  it.each([
    [{ type: 'note', level: 'info', message: 'as a tool says it' }, { message: 'as a tool says it' }],
    [
      { type: 'note', level: 'warning', ...tell(NOTES, 'arch-tag', { tag: 'a:v1-arm64', image: 'a:v1' }) },
      { message: 'a:v1-arm64 is an arch tag of a:v1, no image of its own', code: 'arch-tag' },
    ],
    [
      { type: 'retry', what: 'fetching', reason: 'timeout' },
      {
        message: 'trying fetching again: timeout',
        code: 'retry',
        values: { what: 'fetching', reason: 'timeout' },
      },
    ],
    [
      { type: 'retry', cell: 'a@linux/amd64', attempt: 2, reason: 'network' },
      { message: 'trying a@linux/amd64 again: network', code: 'retry' },
    ],
    [
      { type: 'service', name: 'mirror', state: 'ready' },
      { message: 'mirror: ready', code: 'service-ready', values: { name: 'mirror' } },
    ],
    [{ type: 'service', name: 'mirror', state: 'dancing' }, { message: 'mirror: dancing' }],
  ])('notes %j, by its code where it has one', (event, note) => {
    const model = new JobModel(0);
    const { log, events } = model.add('stderr', line(1, event));
    expect(log?.text).toBe(note.message);
    expect(events).toMatchObject([{ type: 'note', note }]);
    expect(model.notes).toMatchObject([{ time: 1_000, ...note }]);
    expect(Object.hasOwn(model.notes[0] ?? {}, 'code')).toBe('code' in note);
  });

  it('is how far a transfer is', () => {
    const model = new JobModel(0);
    model.add('stderr', line(0, { type: 'phase', phase: 'fetch', bytes: 100, blobs: 2 }));
    model.add('stderr', line(1, { type: 'blob', digest: 'x', bytes: 30, size: 60 }));
    model.add('stderr', line(2, { type: 'blob-done', digest: 'x', size: 60, how: 'moved' }));
    expect(model.progress).toMatchObject({
      phase: 'fetch',
      done: 60,
      total: 100,
      blobsDone: 1,
      blobs: 2,
      rate: 30,
    });
  });

  it.each(['plain', '{"type":"cell"}', '{', '{"type":"nobody knows"}', '\u001b[31mred', 'x'.repeat(60_000)])(
    'is a line of the log where it is nothing else: %.20s',
    (text) => {
      expect(new JobModel(0).add('stderr', text)).toMatchObject({ log: { text }, events: [] });
    },
  );

  it('is no line of the log where it only tells how far a part of a step is', () => {
    const model = new JobModel(0);
    model.add('stderr', line(0, cell('running')));
    const part = { id: 'sha256:1', current: 5, total: 9, done: false };
    const step = { text: 'FROM base', state: 'running', progress: [part] };
    const counts = { total: 4, ended: 1 };
    const told = line(1, { type: 'build', cell: 'a@linux/amd64', event: { type: 'progress', step }, counts });
    expect(model.add('stderr', told)).toEqual({ events: [] });
  });

  it.each([
    [0, '{"complete":true}', undefined],
    [3, '{"complete":false,"cells":[]}', 'INCOMPLETE'],
    [8, '{"error":{"code":"EXISTS","message":"there"}}', 'EXISTS'],
    [1, '', 'INTERNAL'],
    [137, '{"complete":tr', 'INTERRUPTED'],
  ])('has an end: exit code %i with %s', (exitCode, document, code) => {
    const request = { kind: 'verify' as const, bundle: '/x', quick: false };
    expect(jobOutcome({ request, exitCode, document, lastWords: 'last' }).error?.code).toBe(code);
  });
});

it('cuts output into lines, wherever it was cut before', () => {
  const bytes = Buffer.from('é1\r\n2\n\n3');
  for (let at = 0; at <= bytes.byteLength; at++) {
    const lines = new OutputLines();
    const first = lines.add({ stream: 'stdout', bytes: bytes.subarray(0, at) });
    const rest = lines.add({ stream: 'stdout', bytes: bytes.subarray(at) });
    expect([...first, ...rest, ...lines.end('stdout')]).toEqual(['é1', '2', '', '3']);
  }
});

describe('a log of 100,000 lines', () => {
  let folder: string;
  let path: string;
  let writer: LogWriter;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-log-'));
    path = join(folder, 'log');
    writer = await LogWriter.create(path);
    for (let at = 0; at < 100_000; at++) {
      const text =
        at === 5_000
          ? `long ${'é\u001b'.repeat(30_000)}`
          : `line ${at}${at % 10_000 === 77 ? ' NEEDLE "q"' : ''}`;
      await writer.add({
        time: at,
        stream: 'stderr',
        text,
        ...(at % 100 === 3 && { cell: 'a b@linux/amd64' }),
      });
    }
    await writer.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is found again from the file alone', async () => {
    const index = await indexLog(path);
    expect([index.lines, index.bytes, index.total('a b@linux/amd64')]).toEqual([
      100_000,
      writer.index.bytes,
      1_000,
    ]);
  });

  it.each([
    [{ from: 99_990, limit: 100 }, 99_990, 10, 'line 99990'],
    [{ from: 64, limit: 5 }, 64, 5, 'line 64'],
    [{ from: 0, tail: 3, limit: 1 }, 99_997, 3, 'line 99997'],
    [{ cell: 'a b@linux/amd64', from: 998, limit: 100 }, 998, 2, 'line 99803'],
    [{ cell: 'nobody', from: 0, limit: 10 }, 0, 0, undefined],
    [{ from: 200_000, limit: 10 }, 100_000, 0, undefined],
  ])('gives the page %j', async (...[selection, from, count, first]) => {
    const page = await readLogPage({ path, index: writer.index }, selection);
    expect([page.from, page.lines.length, page.lines[0]?.text]).toEqual([from, count, first]);
  });

  it('gives the start of a long line, and all of it in parts', async () => {
    const log = { path, index: writer.index };
    const page = await readLogPage(log, { from: 5_000, limit: 1 });
    expect(page.lines[0]).toMatchObject({ number: 5_000, length: 60_005 });
    expect(page.lines[0]?.text).toHaveLength(4_000);
    expect((await readLogLine(log, 5_000, 0)).text).toHaveLength(60_005);
    await expect(readLogLine(log, 100_000, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is searched, case aside, in parts, also for what JSON writes in another way', async () => {
    const log = { path, index: writer.index };
    const { signal } = new AbortController();
    const all = await searchLog(log, { text: 'needle "Q"', from: 0, limit: 100 }, signal);
    expect(all).toEqual({ matches: Array.from({ length: 10 }, (_, at) => at * 10_000 + 77) });
    const some = await searchLog(log, { text: 'needle', from: 0, limit: 3 }, signal);
    expect(some).toEqual({ matches: [77, 10_077, 20_077], next: 20_078 });
    const cellOnly = await searchLog(
      log,
      { text: 'line 303', cell: 'a b@linux/amd64', from: 0, limit: 1 },
      signal,
    );
    expect(cellOnly.matches).toEqual([3]);
  });
});

describe('events', () => {
  it('are given after a cursor, once, and those about one thing together', async () => {
    const ring = new EventRing();
    for (let lines = 0; lines < 100; lines++) ring.add({ type: 'log', lines });
    ring.flush();
    const first = ring.read(0, 10);
    expect(first.events.map(({ event }) => event)).toEqual([{ type: 'log', lines: 99 }]);
    expect(ring.read(first.cursor, 10).events).toEqual([]);
    ring.add({ type: 'log', lines: 100 });
    await ring.wait(first.cursor, 5_000);
    expect(ring.read(first.cursor, 10).events).toHaveLength(1);
    ring.close();
    expect(ring.read(ring.cursor, 10)).toMatchObject({ events: [], ended: true });
  });

  it('of an earlier backend, and those that are gone, want the job to be read again', () => {
    const ring = new EventRing();
    for (let lines = 0; lines < 6_000; lines++) {
      ring.add({ type: 'log', lines });
      ring.flush();
    }
    expect(ring.read(ring.cursor - 5_900, 10).reset).toBe(true);
    expect(ring.read(12_345, 10).reset).toBe(true);
    expect(ring.read(ring.cursor - 10, 100)).toMatchObject({ reset: false, events: { length: 10 } });
  });
});
