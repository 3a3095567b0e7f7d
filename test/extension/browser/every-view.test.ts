import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveFixture, type FixtureSite } from '../../../tools/fixture-site.ts';
import { PAGE_VIEWS, rememberView, type PageView } from '../../../tools/page-views.ts';
import { violationsOf } from '../../support/accessibility.ts';
import { describeWithPage, openBrowser } from '../../support/browser.ts';

/** As narrow as a tab of Docker Desktop gets. */
const NARROW = { width: 900, height: 800 };

describeWithPage('every view of the page', () => {
  let site: FixtureSite;
  let browser: Browser;

  beforeAll(async () => {
    site = await serveFixture();
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  /** Opens a view, and tells what the page complained of. */
  async function open(view: PageView): Promise<{ readonly page: Page; readonly problems: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    await context.addInitScript(rememberView(view));
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(site.address);
    await page.waitForLoadState('networkidle');
    await page.locator('main h2, main h3').first().waitFor();
    await view.act?.(page);
    return { page, problems };
  }

  it.each(PAGE_VIEWS)(
    '$name has no serious problem of accessibility, light or dark, and fits a narrow tab',
    async (view) => {
      const { page, problems } = await open(view);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violationsOf(page), colorScheme).toEqual([]);
      }
      await page.setViewportSize(NARROW);
      const wider = await page.evaluate<number>(
        "(() => { const main = document.querySelector('main'); return main.scrollWidth - main.clientWidth; })()",
      );
      expect(wider).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
