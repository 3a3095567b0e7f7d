import type { Job } from '@xbundle/backend/contract';
import { expect, it } from 'vitest';
import { createFixtureTransport } from '../testing/fixture-transport.ts';
import { buildAt } from '../testing/sample-build.ts';
import { createBackendClient } from './create-client.ts';
import { followJob } from './follow-job.ts';

const running = buildAt({ id: 'a', startedAt: 0, now: 3_000 });
const ended = buildAt({ id: 'a', startedAt: 0, now: 900_000 });

it('tells each change, reads the job again after a reset, and ends with its result', async () => {
  let reads = 0;
  let polls = 0;
  const client = createBackendClient(
    createFixtureTransport({
      job: () => [running, { ...running, logLines: 555 }, ended][reads++] ?? ended,
      jobEvents: () => {
        polls += 1;
        if (polls === 1) {
          const event = { type: 'log', lines: 1_444 } as const;
          return { events: [{ cursor: 3_001, event }], cursor: 3_001, reset: false, ended: false };
        }
        return { events: [], cursor: 3_001, reset: polls === 2, ended: polls === 3 };
      },
    }),
  );
  const told: Job[] = [];
  const { signal } = new AbortController();
  await followJob(client, 'a', { signal, onJob: (job) => told.push(job) });
  expect(told.map(({ logLines, state }) => [logLines, state]).slice(1, 4)).toEqual([
    [1_444, 'running'],
    [555, 'running'],
    [ended.logLines, 'failed'],
  ]);
  expect(told.at(-1)).toEqual(ended);
});
