import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job, JobEvent } from '@xbundle/backend/contract';
import { startBackend, type BackendFixture } from '../support/backend-fixture.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';

describeWithEngines('jobs of xbundle ui', (engines) => {
  let fixture: BackendFixture;
  beforeAll(async () => {
    fixture = await startBackend(engines, uniqueRepository('backend-jobs'));
  });
  afterAll(() => fixture.remove());

  it('tells events as they come, each once', async () => {
    const id = await fixture.startSlow('short');
    const events: JobEvent[] = [];
    let after = 0;
    for (let ended = false; !ended;) {
      const page = await fixture.ui.backend.call('jobEvents', { id, after, waitMs: 2_000 });
      expect(page.reset).toBe(false);
      events.push(...page.events.map(({ event }) => event));
      ended = page.ended;
      after = page.cursor;
    }
    const lines = events.flatMap((event) => (event.type === 'log' ? [event.lines] : []));
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(lines.at(-1)).toBeGreaterThanOrEqual(3);
    expect(events.findLast((event) => event.type === 'job')).toMatchObject({ job: { state: 'done' } });
  });

  it('cancels', async () => {
    const id = await fixture.startSlow('endless');
    await sleep(500);
    await fixture.ui.backend.call('cancelJob', { id });
    expect(await fixture.ui.backend.ended(id, 30_000)).toMatchObject({ state: 'cancelled' });
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'finds a job again after the server was ended with %s',
    async (signal) => {
      const id = await fixture.startSlow('long');
      await sleep(1_000);
      await fixture.restart(signal, () => sleep(500));
      expect((await fixture.ui.backend.call('job', { id })).state).toBe('running');
      const job = await fixture.ui.backend.ended(id);
      expect(job).toMatchObject({ state: 'done', exitCode: 0 });
      expect(await fixture.printed(id)).toEqual(Array.from({ length: 40 }, (_, at) => `line ${at}`));
    },
  );

  it('takes the end of a job that ended while no server ran', async () => {
    const id = await fixture.startSlow('short');
    await fixture.restart('SIGINT', () => sleep(2_000));
    expect(await fixture.ui.backend.ended(id)).toMatchObject({ state: 'done', exitCode: 0 });
    expect(await fixture.printed(id)).toHaveLength(3);
  });

  it('goes on with a damaged history: a notice, and no job lost', async () => {
    const before = await fixture.ui.backend.call('jobs', { limit: 1_000 });
    const id = await fixture.startSlow('long');
    await fixture.restart('SIGINT', async () => {
      const [folder = ''] = await readdir(join(fixture.state, 'xbundle', 'ui'));
      const state = join(fixture.state, 'xbundle', 'ui', folder);
      for (const file of (await readdir(state)).filter((each) => each.startsWith('history.')))
        await writeFile(join(state, file), 'damaged\n'.repeat(1_000));
    });
    const { notices } = await fixture.ui.backend.call('facts', {});
    expect(notices).toHaveLength(1);
    const after = await fixture.ui.backend.call('jobs', { limit: 1_000 });
    expect(after.total).toBe(before.total + 1);
    expect(await fixture.ui.backend.ended(id)).toMatchObject({ state: 'done' });
    expect(await fixture.printed(id)).toHaveLength(40);
    await fixture.ui.backend.call('dismissNotice', { id: notices[0]?.id ?? '' });
    expect((await fixture.ui.backend.call('facts', {})).notices).toEqual([]);
  });

  it('keeps to its limits, and forgets on request', async () => {
    const { total } = await fixture.ui.backend.call('jobs', {});
    await fixture.ui.backend.call('setHistory', { maxJobs: 10, maxBytes: 100_000_000 });
    const history = await fixture.ui.backend.call('history', {});
    expect(history.jobs).toBe(Math.min(10, total));
    const { removed } = await fixture.ui.backend.call('clearHistory', {});
    expect(removed).toBe(history.jobs);
    expect(await fixture.ui.backend.call('history', {})).toMatchObject({ jobs: 0, bytes: 0, maxJobs: 10 });
  });

  const cells = [{ id: 'web@linux/amd64', how: 'native' as const }];
  const web = { component: 'web', cells, needs: [], args: ['buildx', 'build', '.'] };
  const inTab = (): Promise<Job> =>
    fixture.ui.backend.call('startJob', {
      job: { kind: 'build', directory: fixture.root, load: true },
      inTab: [web],
    });

  it('follows a build that runs in the tab', async () => {
    const { id } = await inTab();
    const { backend } = fixture.ui;
    await backend.call('feedJob', { id, component: 'web', lines: ['plain text'] });
    expect(await backend.call('job', { id })).toMatchObject({
      runner: 'tab',
      inTab: [web],
      cells: [{ state: 'building' }],
    });
    const lines = ['ERROR: failed to build: no space'];
    await backend.call('feedJob', { id, component: 'web', lines, exitCode: 1 });
    await backend.call('feedJob', { id, ended: true });
    const job = await backend.call('job', { id });
    expect(job).toMatchObject({ state: 'failed', exitCode: 3, cells: [{ state: 'failed' }] });
    await expect(backend.call('feedJob', { id })).rejects.toMatchObject({ status: 404 });
  });

  it('still has it after a restart, and takes all of it again', async () => {
    const { id } = await inTab();
    await fixture.ui.backend.call('feedJob', { id, component: 'web', lines: ['before'] });
    await fixture.restart('SIGKILL');
    const { backend } = fixture.ui;
    expect(await backend.call('job', { id })).toMatchObject({ state: 'running', inTab: [web] });
    await backend.call('feedJob', { id, again: true });
    await backend.call('feedJob', { id, component: 'web', lines: ['after'], exitCode: 0 });
    await backend.call('feedJob', { id, ended: true });
    expect(await backend.call('job', { id })).toMatchObject({ state: 'done', cells: [{ state: 'done' }] });
    const { lines } = await backend.call('jobLog', { id, cell: 'web@linux/amd64' });
    expect(lines.map(({ text }) => text)).toEqual(['after']);
  });

  it('refuses paths that are none before a job is made, and fails where a file is not there', async () => {
    const request = { kind: 'verify', bundle: 'relative.tar' } as const;
    await expect(fixture.ui.backend.start(request)).rejects.toMatchObject({ status: 400, code: 'USAGE' });
    const absent = { kind: 'verify', bundle: join(fixture.root, 'none.tar') } as const;
    expect(await fixture.ui.backend.finish(absent)).toMatchObject({ state: 'failed', exitCode: 7 });
  });
});
