import type { LogLine } from '@xbundle/backend/contract';
import { expect, it } from 'vitest';
import { createBackendClient } from '../client/create-client.ts';
import { createFixtureTransport } from '../testing/fixture-transport.ts';
import { en } from '../text/en.ts';
import { readLogText } from './copy-log.ts';

/** A log of so many lines, of which an answer has seven at most. */
function copy(total: number, lineAt: (number: number) => Partial<LogLine> = () => ({})): Promise<string> {
  const client = createBackendClient(
    createFixtureTransport({
      jobLog: ({ from, limit }) => {
        const count = Math.max(0, Math.min(7, limit, total - from));
        const lines = Array.from({ length: count }, (_, at) => ({
          number: from + at,
          stream: 'stdout' as const,
          text: `line ${from + at}`,
          ...lineAt(from + at),
        }));
        return { from, lines, total };
      },
    }),
  );
  return readLogText(client, { job: 'a', total }, en.job.log);
}

it('is every line, however few an answer has', async () => {
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  expect(await copy(40)).toBe(`${lines.join('\n')}\n`);
});

it('says what it leaves out of a long log and of a long line', async () => {
  const long = await copy(20_003);
  expect(long.split('\n').slice(0, 2)).toEqual(['… 3 lines before', 'line 3']);
  expect(await copy(1, () => ({ text: '\u001b[31mabc', length: 60_000 }))).toBe(
    'abc … (of 60,000 characters)\n',
  );
});
