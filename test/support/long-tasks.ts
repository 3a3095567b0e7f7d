import type { Page } from 'playwright-core';

const WATCH = `
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
}).observe({ type: 'longtask' });`;

/** From now on, what keeps the page from answering for 50 ms or more is counted. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(WATCH);
}

/** Milliseconds of each. */
export async function longTasksOf(page: Page): Promise<readonly number[]> {
  return page.evaluate<number[]>('window.longTasks');
}
