import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSchedule, type ScheduledCell, type ScheduleOptions } from './schedule.ts';

type Hooks = Partial<Omit<ScheduleOptions<ScheduledCell>, 'skip'>>;

/** Runs cells and writes down what happened. */
async function schedule(
  cells: Readonly<Record<string, readonly string[]>>,
  hooks: Hooks = {},
): Promise<string[]> {
  const told: string[] = [];
  await runSchedule(
    Object.entries(cells).map(([id, needs]) => ({ id, needs })),
    {
      jobs: 2,
      failFast: false,
      run: () => Promise.resolve(true),
      ...hooks,
      skip: ({ id }, blockedBy) =>
        told.push(blockedBy.length === 0 ? `stop ${id}` : `skip ${id} by ${blockedBy.join()}`),
      ...(hooks.run !== undefined && {
        run: async (cell: ScheduledCell, signal: AbortSignal) => {
          told.push(`run ${cell.id}`);
          return (await hooks.run?.(cell, signal)) ?? true;
        },
      }),
    },
  );
  return told;
}

describe('a schedule', () => {
  it('skips what needs a failed cell, and what needs that, and builds the rest', async () => {
    const cells = { a: [], b: ['a'], c: ['b'], d: [], e: ['d'], f: ['a', 'b'] };
    const told = await schedule(cells, { run: ({ id }) => Promise.resolve(id !== 'a') });
    const skipped = ['skip b by a', 'skip c by b', 'skip f by a'];
    expect(told.toSorted()).toEqual(['run a', 'run d', 'run e', ...skipped]);
  });

  it('stops everything after the first failure when that is asked for', async () => {
    let stopped = false;
    const run = async ({ id }: ScheduledCell, signal: AbortSignal): Promise<boolean> => {
      if (id === 'a') return false;
      await setTimeout(10_000, undefined, { signal }).catch(() => (stopped = true));
      return false;
    };
    expect(await schedule({ a: [], b: [], c: [] }, { run, failFast: true })).toEqual([
      'run a',
      'run b',
      'stop c',
    ]);
    expect(stopped).toBe(true);
  });

  it('starts nothing after an abort', async () => {
    const abort = new AbortController();
    const run = (): Promise<boolean> => {
      abort.abort();
      return Promise.resolve(false);
    };
    const told = await schedule({ a: [], b: [] }, { run, jobs: 1, signal: abort.signal });
    expect(told).toEqual(['run a', 'stop b']);
  });

  it('throws what a build throws, once all others have ended', async () => {
    let ended = false;
    const run = async ({ id }: ScheduledCell, signal: AbortSignal): Promise<boolean> => {
      if (id === 'a') throw new Error('bug');
      await setTimeout(10_000, undefined, { signal }).catch(() => undefined);
      ended = true;
      return false;
    };
    await expect(schedule({ a: [], b: [] }, { run })).rejects.toThrow('bug');
    expect(ended).toBe(true);
  });

  it('builds each cell of any graph once, after all it needs, and never more than the jobs at once', async () => {
    const graphs = fc
      .array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .map((edges) =>
        edges.map((needs, at) => ({
          id: String(at),
          needs: at === 0 ? [] : [...new Set(needs.map((need) => String(need % at)))],
        })),
      );
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 1, max: 4 }), async (cells, jobs) => {
        const done = new Set<string>();
        let running = 0;
        await runSchedule(cells, {
          jobs,
          failFast: false,
          skip: () => expect.unreachable(),
          run: async ({ id, needs }) => {
            expect(needs.every((need) => done.has(need))).toBe(true);
            running += 1;
            expect(running).toBeLessThanOrEqual(jobs);
            await Promise.resolve();
            running -= 1;
            done.add(id);
            return true;
          },
        });
        expect(done.size).toBe(cells.length);
      }),
    );
  });
});
