import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requestStop, StopRequests } from './stop-requests.ts';

let path: string;
let requests: StopRequests;
const never = new AbortController().signal;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'xbundle-stop-'));
  requests = new StopRequests({ path });
});

afterEach(async () => {
  await requests.close();
  await rm(path, { recursive: true });
});

const ask = (...cells: string[]): Promise<void> => requestStop({ path, store: '', runs: '' }, cells);

it('stops the cells that are named, and no others', async () => {
  await requests.open();
  const [api, web] = ['api@linux/arm64', 'web@linux/arm64'].map((cell) => requests.signalOf([cell], never));
  await ask('api@linux/arm64');
  if (api?.aborted === false) await once(api, 'abort');
  expect(requests.isStopped(['api@linux/arm64'])).toBe(true);
  expect(web?.aborted).toBe(false);
});

it('stops all when all is stopped', async () => {
  await requests.open();
  expect(requests.signalOf(['api@linux/arm64'], AbortSignal.abort()).aborted).toBe(true);
  expect(requests.isStopped(['api@linux/arm64'])).toBe(false);
});

it('takes names that are no file names', async () => {
  await requests.open();
  const name = '../../x@windows/amd64:10.0';
  const signal = requests.signalOf([name], never);
  await ask(name);
  if (!signal.aborted) await once(signal, 'abort');
  expect(requests.isStopped([name])).toBe(true);
});

it('cannot be asked before a run and after it, and forgets what an earlier one was asked', async () => {
  await expect(ask('a@linux/amd64')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await requests.open();
  await ask('a@linux/amd64');
  await requests.close();
  await expect(ask('a@linux/amd64')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const next = new StopRequests({ path });
  await next.open();
  expect(next.isStopped(['a@linux/amd64'])).toBe(false);
  await next.close();
});
