import type { Job, JobEvent } from '@xbundle/backend/contract';
import { describe, expect, it } from 'vitest';
import { buildAt } from '../testing/sample-build.ts';
import { applyEvent, applyEvents } from './job-feed.ts';

const job: Job = { ...buildAt({ id: 'a', startedAt: 0, now: 3_000 }), cursor: 7 };
const [first] = job.cells;
if (first === undefined) throw new Error('the sample has no cell');

describe('an event of a job', () => {
  it.each<[string, JobEvent, Partial<Job>]>([
    [
      'progress',
      { type: 'progress', progress: { done: 5, blobsDone: 1, rate: 2 } },
      { progress: { done: 5, blobsDone: 1, rate: 2 } },
    ],
    ['a longer log', { type: 'log', lines: 9_999 }, { logLines: 9_999, cells: job.cells }],
    [
      'a longer log of a cell',
      { type: 'log', lines: 9_999, cell: { id: first.id, lines: 5_000 } },
      { logLines: 9_999, cells: [{ ...first, logLines: 5_000 }, ...job.cells.slice(1)] },
    ],
    ['a note', { type: 'note', note: { time: 1, level: 'warning', message: 'm' } }, {}],
    ['a cell', { type: 'cell', cell: { ...first, state: 'failed' } }, {}],
  ])('of %s, applied twice, is as if it had come once', (_, event, want) => {
    const once = applyEvent(job, event);
    expect(once).toMatchObject(want);
    if (event.type !== 'note') expect(applyEvent(once, event)).toEqual(once);
  });

  it('replaces the cell of its id, and adds one that is new', () => {
    const changed = applyEvent(job, { type: 'cell', cell: { ...first, state: 'failed' } });
    expect(changed.cells).toHaveLength(job.cells.length);
    expect(changed.cells[0]?.state).toBe('failed');
    const added = applyEvent(job, { type: 'cell', cell: { ...first, id: 'new@linux/amd64' } });
    expect(added.cells).toHaveLength(job.cells.length + 1);
  });

  it('that the account includes already is left out', () => {
    const events = [7, 8].map((cursor) => ({
      cursor,
      event: { type: 'log', lines: 1_000 * cursor } as const,
    }));
    expect(applyEvents({ ...job, logLines: 0 }, events, 8)).toMatchObject({ logLines: 8_000, cursor: 8 });
  });

  it('keeps no more notes than a page shows', () => {
    let now = job;
    for (let at = 0; at < 500; at++) {
      now = applyEvent(now, { type: 'note', note: { time: at, level: 'info', message: String(at) } });
    }
    expect(now.notes).toHaveLength(200);
    expect(now.notes.at(-1)?.message).toBe('499');
  });
});
