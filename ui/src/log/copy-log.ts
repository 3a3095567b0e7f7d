import type { BackendClient, LogLine } from '@xbundle/backend/contract';
import type { Text } from '../text/en.ts';
import { stripAnsi } from './ansi.ts';
import type { LogOf } from './use-log-pages.ts';

/** What a clipboard and an issue tracker take; of a longer log the end is copied, which says so. */
const COPIED_LINES = 20_000;
const AT_ONCE = 1_000;

interface CopiedLog extends LogOf {
  /** Lines that it has. */
  readonly total: number;
}

type Words = Pick<Text['job']['log'], 'before' | 'cutLine'>;

/** The last lines of a log as plain text. What is left out, of the log or of a line, is said in its place. */
export async function readLogText(
  client: BackendClient,
  { job, cell, total }: CopiedLog,
  words: Words,
): Promise<string> {
  const first = Math.max(0, total - COPIED_LINES);
  const texts = first === 0 ? [] : [words.before(first)];
  for (let from = first; from < total;) {
    const request = { id: job, from, limit: AT_ONCE, ...(cell !== undefined && { cell }) };
    // An answer has as many lines as fit it.
    const { lines } = await client.jobLog(request);
    if (lines.length === 0) break;
    texts.push(...lines.map((line) => textOf(line, words)));
    from += lines.length;
  }
  return `${texts.join('\n')}\n`;
}

function textOf({ text, length }: LogLine, { cutLine }: Words): string {
  const plain = stripAnsi(text);
  return length === undefined ? plain : `${plain} ${cutLine(length)}`;
}
