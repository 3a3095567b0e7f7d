/**
 * Takes the pictures of docs/images, of the page with made-up data: `node tools/run.mjs tools/screenshots.ts`.
 * Names of views after it, and `--look=1280-dark`, leave others out; `--to=DIR` puts them elsewhere. Needs a Chromium
 * (`XBUNDLE_TEST_CHROMIUM` names one that is not at its usual place) and pngquant, which makes the pictures a third of
 * their size.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { chromium, type Browser } from 'playwright-core';
import { serveFixture } from './fixture-site.ts';
import { PAGE_VIEWS, rememberView, type PageView } from './page-views.ts';

interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'en-US' | 'zh-CN';
  /** At the end of the picture's name. */
  readonly mark?: string;
}

const LOOKS: readonly Look[] = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { width: 1280, height: 800, colorScheme, locale: 'en-US' },
  { width: 1920, height: 1080, colorScheme, locale: 'en-US' },
]);

/** Views that are also to be seen in a narrow tab, and in the other language. */
const NARROW: Look = { width: 900, height: 800, colorScheme: 'light', locale: 'en-US' };
const CHINESE: Look = { width: 1280, height: 800, colorScheme: 'light', locale: 'zh-CN', mark: 'zh' };
const MORE: Readonly<Record<string, readonly Look[]>> = {
  'build-plan': [NARROW, CHINESE],
  'build-failed': [NARROW, CHINESE],
  image: [NARROW, CHINESE],
  'bundle-export': [NARROW, CHINESE],
  builders: [CHINESE],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { look: { type: 'string' }, to: { type: 'string' } },
});
const views = PAGE_VIEWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const target = values.to ?? fileURLToPath(new URL('../docs/images', import.meta.url));
await mkdir(target, { recursive: true });
const site = await serveFixture();
const executablePath = process.env['XBUNDLE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const paths: string[] = [];
try {
  for (const { view, look } of views.flatMap(looksOf)) paths.push(await take(browser, view, look));
} finally {
  await browser.close();
  await site.close();
}
await execa('pngquant', ['--force', '--ext=.png', '--strip', '--', ...paths]);

interface Shot {
  readonly view: PageView;
  readonly look: Look;
}

/** How a view is to be seen, as far as the command line wants it. */
function looksOf(view: PageView): readonly Shot[] {
  return [...LOOKS, ...(MORE[view.name] ?? [])]
    .filter((look) => values.look === undefined || values.look === markOf(look))
    .map((look) => ({ view, look }));
}

function markOf({ width, colorScheme, mark = colorScheme }: Look): string {
  return `${width}-${mark}`;
}

async function take(on: Browser, view: PageView, look: Look): Promise<string> {
  const { width, height, colorScheme, locale } = look;
  const context = await on.newContext({ viewport: { width, height }, colorScheme, locale });
  await context.addInitScript(rememberView(view));
  const page = await context.newPage();
  await page.goto(site.address);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(1_000);
  await view.act?.(page);
  // Hints of what is under the mouse, and movements that are under way, are no part of a view.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(600);
  const path = join(target, `${view.name}-${markOf(look)}.png`);
  await page.screenshot({ path });
  await context.close();
  return path;
}
