import type { BackendClient } from '@xbundle/backend/contract';
import { stripAnsi } from './ansi.ts';
import type { LogOf } from './use-log-pages.ts';

/** What a clipboard and an issue tracker take; of a longer log the end is copied. */
const COPIED_LINES = 20_000;
const AT_ONCE = 1_000;

/** The last lines of a log as plain text. */
export async function readLogText(
  client: BackendClient,
  { job, cell }: LogOf,
  total: number,
): Promise<string> {
  const texts: string[] = [];
  for (let from = Math.max(0, total - COPIED_LINES); from < total; from += AT_ONCE) {
    const request = { id: job, from, limit: AT_ONCE, ...(cell !== undefined && { cell }) };
    const { lines } = await client.jobLog(request);
    texts.push(...lines.map(({ text }) => stripAnsi(text)));
    if (lines.length === 0) break;
  }
  return `${texts.join('\n')}\n`;
}
