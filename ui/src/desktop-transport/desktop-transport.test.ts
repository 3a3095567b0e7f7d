import type { v1 } from '@docker/extension-api-client-types';
import type { RequestOf } from '@xbundle/backend/contract';
import { describe, expect, it } from 'vitest';
import { createBackendClient } from '../client/create-client.ts';
import { fakeDocker } from '../testing/fake-desktop.ts';
import { FACTS } from '../testing/fixture-backend.ts';
import { createFixtureTransport } from '../testing/fixture-transport.ts';
import { createDesktopHost } from './desktop-host.ts';
import { runDocker } from './docker-cli.ts';
import { createHostCommands } from './host-commands.ts';
import { createServiceTransport } from './service-transport.ts';
import { runTabBuild } from './tab-build.ts';

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
  const cell = (id: string, ...needs: readonly string[]) => ({ id, needs, command: ['buildx', 'build', id] });

  it('builds cells after those they need, leaves out what cannot be, and feeds what is said', async () => {
    const order: string[] = [];
    const desktop = fakeDocker(({ args, write, end }) => {
      const id = args[2] ?? '';
      order.push(id);
      write(`{"from":"${id}"}`, 'stderr');
      setTimeout(() => {
        end(id === 'b' ? 1 : 0);
      }, 10);
    });
    const fed: RequestOf<'feedJob'>[] = [];
    const client = createBackendClient(
      createFixtureTransport({
        feedJob: (request) => {
          fed.push(request);
          return {};
        },
      }),
    );
    const cells = [cell('a'), cell('b', 'a'), cell('c', 'b'), cell('d', 'a', 'unknown')];
    await runTabBuild(desktop, client, { jobId: 'j1', cells });
    expect(order).toEqual(['a', 'b', 'd']);
    expect(
      fed.filter(({ exitCode }) => exitCode !== undefined).map(({ cell: id, exitCode }) => [id, exitCode]),
    ).toEqual([
      ['a', 0],
      ['b', 1],
      ['d', 0],
    ]);
    expect(fed.flatMap(({ lines }) => lines)).toEqual(['a', 'b', 'd'].map((id) => `{"from":"${id}"}`));
    expect(fed.at(-1)).toMatchObject({ id: 'j1', ended: true });
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
