import type { Page } from 'playwright-core';

/** More stops than any page has. */
const MOST_PRESSES = 80;

/** Presses Tab until what is focused has a name that begins so. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not reach "${name}"; it is at "${await focused(page)}"`);
}

/** The name of what is focused. */
export async function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
  );
}
