import type { EncodedRequest, HostCommand } from '@xbundle/backend/contract';
import { expect, it } from 'vitest';
import { FACTS } from '../testing/fixture-backend.ts';
import { buildAt } from '../testing/sample-build.ts';
import { createBackendClient, type RunHostCommand } from './create-client.ts';
import type { Answer } from './transport.ts';

function clientOf(answers: readonly Answer[], runHostCommand?: RunHostCommand) {
  const sent: EncodedRequest[] = [];
  const transport = {
    send: (request: EncodedRequest) => {
      sent.push(request);
      return Promise.resolve(answers[sent.length - 1] ?? { status: 500, body: undefined });
    },
  };
  return { client: createBackendClient(transport, runHostCommand), sent };
}

it('asks for an answer that takes long until it is there, running what it is told to first', async () => {
  const ran: HostCommand[] = [];
  const run = { id: 'c1', args: ['run', 'x'] };
  const answers = [
    { status: 202, body: { pending: { sinceMs: 0, run } } },
    { status: 202, body: { pending: { sinceMs: 900 } } },
    { status: 200, body: FACTS },
  ];
  const { client, sent } = clientOf(answers, (command) => Promise.resolve(void ran.push(command)));
  expect(await client.facts({})).toEqual(FACTS);
  expect(sent.map(({ path }) => path)).toEqual(['/api/facts', '/api/facts', '/api/facts']);
  expect(ran).toEqual([run]);
});

it('starts a job that waits for the host', async () => {
  const ran: string[] = [];
  const job = {
    ...buildAt({ id: 'a', startedAt: 0, now: 0 }),
    state: 'waiting',
    run: { id: 'c2', args: ['run'] },
  };
  const { client } = clientOf([{ status: 200, body: job }], ({ id }) => Promise.resolve(void ran.push(id)));
  await client.job({ id: 'a' });
  expect(ran).toEqual(['c2']);
});

it.each([
  [{ status: 404, body: { error: { code: 'NOT_FOUND', message: 'there is no job a' } } }, 'NOT_FOUND'],
  [{ status: 502, body: undefined }, 'REMOTE_INVALID'],
  [{ status: 200, body: { id: 1 } }, 'REMOTE_INVALID'],
])('rejects %o with the code %s', async (answer, code) => {
  const { client } = clientOf([answer]);
  await expect(client.job({ id: 'a' })).rejects.toMatchObject({ code });
});

it('gives up when it is told to, between two questions', async () => {
  const stop = new AbortController();
  const { client } = clientOf(
    [{ status: 202, body: { pending: { sinceMs: 0, run: { id: 'c3', args: [] } } } }],
    () => {
      stop.abort();
      return Promise.resolve();
    },
  );
  await expect(client.facts({}, { signal: stop.signal })).rejects.toThrow();
});
