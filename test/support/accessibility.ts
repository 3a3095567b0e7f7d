import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core calls serious or critical. The page's policy lets no script in: axe runs by way of the debugger. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // What is under the mouse shows a hint, which is not what is looked at.
  await page.mouse.move(0, 0);
  await sleep(400);
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
