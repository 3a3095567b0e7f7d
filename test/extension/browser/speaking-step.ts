import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const SECONDS = 12;
/** The line that is waited for, and one that the step writes some seconds later. */
const [SEEN, LATER] = [4, 10];

/** A step that says a line each second, as a compiler does for minutes; `word` is of no build before. */
export function speakingStep(word: string): string {
  const numbers = Array.from({ length: SECONDS }, (_, at) => at + 1).join(' ');
  return `for n in ${numbers}; do echo "${word} $n"; sleep 1; done`;
}

/** Opens the log of the cell, and holds that it has the lines of its step while there are more to come. */
export async function expectLinesWhileRunning(page: Page, cell: RegExp, word: string): Promise<void> {
  await page.getByRole('button', { name: cell }).click();
  const log = page.getByRole('log');
  await log.getByText(`${word} ${SEEN}`, { exact: true }).waitFor();
  expect(await log.getByText(`${word} ${LATER}`, { exact: true }).count()).toBe(0);
  await log.getByText(`${word} ${SECONDS}`, { exact: true }).waitFor();
}
