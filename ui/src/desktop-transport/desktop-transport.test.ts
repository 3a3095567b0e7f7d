import type { v1 } from '@docker/extension-api-client-types';
import type { RequestOf, TabCommand } from '@xbundle/backend/contract';
import { describe, expect, it } from 'vitest';
import { BackendError } from '../client/backend-error.ts';
import { createBackendClient } from '../client/create-client.ts';
import { fakeDocker } from '../testing/fake-desktop.ts';
import { FACTS } from '../testing/fixture-backend.ts';
import { createFixtureTransport } from '../testing/fixture-transport.ts';
import { createDesktopHost } from './desktop-host.ts';
import { runDocker } from './docker-cli.ts';
import { createHostCommands } from './host-commands.ts';
import { createServiceTransport } from './service-transport.ts';
import { resumeTabBuild, runTabBuild } from './tab-build.ts';

describe('the host’s docker command', () => {
  it('gets its arguments one by one, and gives output and exit code', async () => {
    const seen: (readonly string[])[] = [];
    const desktop = fakeDocker(({ args, write, end }) => {
      seen.push(args);
      write('out');
      write('err', 'stderr');
      end(3);
    });
    const { outcome } = runDocker(desktop, ['run', '--mount', 'type=bind,"source=/a b"']);
    expect(await outcome).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(seen).toEqual([['run', '--mount', 'type=bind,"source=/a b"']]);
  });

  it('keeps the end of endless output', async () => {
    const desktop = fakeDocker(({ write, end }) => {
      for (let at = 0; at < 5_000; at++) write(`line ${at}`);
      end(0);
    });
    const { stdout } = await runDocker(desktop, ['logs']).outcome;
    expect(stdout.length).toBeLessThanOrEqual(10_000);
    expect(stdout).toContain('line 4999');
  });

  it('runs a command of the backend once, and tells how it ended', async () => {
    const told: RequestOf<'hostCommandDone'>[] = [];
    let runs = 0;
    const runHostCommand = createHostCommands(
      fakeDocker(({ write, end }) => {
        runs += 1;
        write('0123');
        end(0);
      }),
    );
    const client = createBackendClient(
      createFixtureTransport({
        hostCommandDone: (request) => {
          told.push(request);
          return {};
        },
      }),
    );
    const command = { id: 'c1', args: ['run', '-d', 'x'] };
    await Promise.all([runHostCommand(command, client), runHostCommand(command, client)]);
    expect(runs).toBe(1);
    expect(told).toEqual([{ id: 'c1', exitCode: 0, stdout: '0123\n', stderr: '' }]);
  });
});

describe('a build in the tab', () => {
  const command = (component: string, ...needs: readonly string[]): TabCommand => ({
    component,
    cells: [{ id: `${component}@linux/amd64`, how: 'native' }],
    needs: [...needs],
    args: ['buildx', 'build', `--platform=linux/amd64`, '--', `/src/${component}`],
  });

  const CELL = { id: '', component: '', platform: '', wanted: true, state: 'queued', logLines: 0 } as const;

  /** A backend that keeps what it is told, and refuses it once the job is cancelled. */
  function feeding(isCancelled: () => boolean = () => false) {
    const fed: RequestOf<'feedJob'>[] = [];
    const client = createBackendClient(
      createFixtureTransport({
        feedJob: (request) => {
          if (isCancelled()) throw new BackendError('NOT_FOUND', 'gone');
          fed.push(request);
          return {};
        },
      }),
    );
    return { fed, client };
  }

  const ends = (fed: readonly RequestOf<'feedJob'>[]): readonly unknown[] =>
    fed.flatMap(({ component, exitCode }) => (exitCode === undefined ? [] : [[component, exitCode]]));

  it('builds components after those they need, leaves out what cannot be, and feeds what is said', async () => {
    const order: string[] = [];
    const desktop = fakeDocker(({ args, write, end }) => {
      const name = args.at(-1) ?? '';
      order.push(name);
      write(`{"from":"${name}"}`, 'stderr');
      setTimeout(() => {
        end(name === '/src/b' ? 1 : 0);
      }, 10);
    });
    const { fed, client } = feeding();
    const inTab = [command('a'), command('b', 'a'), command('c', 'b'), command('d', 'a', 'unknown')];
    await runTabBuild(desktop, client, { id: 'j1', inTab });
    expect(order).toEqual(['/src/a', '/src/b', '/src/d']);
    expect(ends(fed)).toEqual([
      ['a', 0],
      ['b', 1],
      ['d', 0],
    ]);
    expect(fed.flatMap(({ lines = [] }) => lines)).toEqual(order.map((name) => `{"from":"${name}"}`));
    expect(fed.at(-1)).toMatchObject({ id: 'j1', ended: true });
  });

  it('ends its commands when the job was cancelled', async () => {
    let isCancelled = false;
    const desktop = fakeDocker(({ write }) => {
      isCancelled = true;
      write('{}', 'stderr');
    });
    const { client } = feeding(() => isCancelled);
    await runTabBuild(desktop, client, { id: 'j1', inTab: [command('a'), command('b', 'a')] });
  });

  it('is found again in the history of the builder: what was done, what was stopped, what never began', async () => {
    const record = (context: string, status: string): object => ({
      Context: context,
      Dockerfile: 'Dockerfile',
      Platform: ['linux/amd64'],
      Status: status,
    });
    const records: Readonly<Record<string, object>> = {
      // As buildx tells it where it is asked in the folder above.
      r1: record('src/a', 'completed'),
      r2: record('/src/b', 'canceled'),
      r3: record('/src/other', 'completed'),
      old: record('/src/c', 'completed'),
    };
    const at = (ref: string): string => new Date(ref === 'old' ? 0 : 1_000_000).toISOString();
    const desktop = fakeDocker(({ args, write, end }) => {
      const ref = args.at(-1) ?? '';
      if (args.includes('ls'))
        for (const each of Object.keys(records))
          write(JSON.stringify({ ref: `b/n/${each}`, created_at: at(each) }));
      if (args.includes('inspect')) write(JSON.stringify(records[ref]));
      if (args.includes('logs')) write(`log of ${ref}`, 'stderr');
      end(0);
    });
    const { fed, client } = feeding();
    const inTab = [command('a'), command('b'), command('c'), command('forgotten')];
    const cells = [{ ...CELL, id: 'forgotten@linux/amd64', state: 'done' as const }];
    await resumeTabBuild(desktop, client, { id: 'j1', createdAt: 1_000_000, cells, inTab });
    expect(fed[0]).toMatchObject({ again: true });
    expect(ends(fed).toSorted()).toEqual([
      ['a', 0],
      ['b', 130],
      ['forgotten', 0],
    ]);
    expect(fed.flatMap(({ lines = [] }) => lines).toSorted()).toEqual(['log of r1', 'log of r2']);
    expect(fed.at(-1)).toMatchObject({ ended: true });
  });
});

describe('the service of the extension', () => {
  const serviceOf = (
    request: (config: { url: string; method: string }) => Promise<unknown>,
  ): v1.HttpService => ({ request }) as unknown as v1.HttpService;
  const send = (answer: () => Promise<unknown>) =>
    createServiceTransport(serviceOf(answer)).send({ method: 'GET', path: '/api/facts' }, {});

  it.each([
    ['an answer', () => Promise.resolve(FACTS), { status: 200, body: FACTS }],
    ['an answer as text', () => Promise.resolve(JSON.stringify(FACTS)), { status: 200, body: FACTS }],
    [
      'one that takes longer',
      () => Promise.resolve({ pending: { sinceMs: 1 } }),
      { status: 202, body: { pending: { sinceMs: 1 } } },
    ],
    [
      'a refusal',
      () =>
        Promise.reject(
          Object.assign(new Error('{"error":{"code":"NOT_FOUND","message":"m"}}'), { statusCode: 404 }),
        ),
      { status: 404, body: { error: { code: 'NOT_FOUND', message: 'm' } } },
    ],
  ])('gives %s', async (_, answer, want) => {
    expect(await send(answer)).toEqual(want);
  });

  it('that is not there is unreachable', async () => {
    await expect(send(() => Promise.reject(new Error('connect ECONNREFUSED')))).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  it('is needed: a host without one has no page', () => {
    const desktop = { extension: { image: 'x' } } as unknown as v1.DockerDesktopClient;
    expect(createDesktopHost(desktop, undefined)).toBeUndefined();
  });
});
