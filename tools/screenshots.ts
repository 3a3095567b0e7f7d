/**
 * Takes the pictures of docs/images, of the page with made-up data: `node tools/run.mjs tools/screenshots.ts`.
 * Needs a Chromium; `XBUNDLE_TEST_CHROMIUM` names one that is not at its usual place. Afterwards
 * `pngquant --force --ext .png docs/images/*.png` makes them a third of their size.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build, preview } from 'vite';

const PROJECT = '/home/lin/ai-infra';
const BUNDLE = `${PROJECT}/release/ai-infra-v0.3.8.tar`;
const IMAGES = ['backend', 'frontend', 'nginx', 'gitea'].map((name) => `ai-infra/${name}:v0.3.8`);

interface Shot {
  readonly name: string;
  /** Where the page is, as it remembers it. */
  readonly place: object;
  readonly act?: (page: Page) => Promise<unknown>;
}

const SHOTS: readonly Shot[] = [
  { name: 'build-plan', place: { tab: 'build', project: PROJECT } },
  {
    name: 'build-running',
    place: { tab: 'build', project: PROJECT },
    act: async (page) => {
      await page.getByRole('button', { name: 'Build 24 cells' }).click();
      await page.getByRole('button', { name: /^gitea for linux\/amd64: building/ }).click();
      await page.waitForTimeout(2_000);
    },
  },
  { name: 'build-failed', place: { tab: 'build', project: PROJECT, build: 'build-1' } },
  {
    name: 'build-timeline',
    place: { tab: 'build', project: PROJECT, build: 'build-1' },
    act: (page) => page.getByRole('tab', { name: 'Timeline' }).click(),
  },
  { name: 'images', place: { tab: 'images' } },
  { name: 'image', place: { tab: 'images', image: 'ai-infra/backend:v0.3.8' } },
  { name: 'bundles', place: { tab: 'bundles' } },
  {
    name: 'bundle-export',
    place: {
      tab: 'bundles',
      bundlePart: 'export',
      exportImages: IMAGES,
      exportPlatforms: ['linux/amd64', 'linux/arm64'],
    },
  },
  { name: 'bundle-open', place: { tab: 'bundles', bundlePart: 'open', bundle: BUNDLE } },
  { name: 'bundle-import', place: { tab: 'bundles', bundlePart: 'import', bundle: BUNDLE } },
  { name: 'bundle-receipt', place: { tab: 'bundles', bundlePart: 'import', bundleJob: 'import-1' } },
  { name: 'builders', place: { tab: 'builders' } },
  { name: 'history', place: { tab: 'history' } },
];

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { width: 1280, height: 800, colorScheme },
  { width: 1920, height: 1080, colorScheme },
]);

const root = fileURLToPath(new URL('../ui', import.meta.url));
const target = fileURLToPath(new URL('../docs/images', import.meta.url));
const outDir = await mkdtemp(join(tmpdir(), 'xbundle-screenshots-'));
const configFile = join(root, 'vite.config.ts');
await mkdir(target, { recursive: true });
await build({
  root,
  configFile,
  logLevel: 'warn',
  build: { outDir, emptyOutDir: true, rolldownOptions: { input: join(root, 'fixture.html') } },
});
const server = await preview({
  root,
  configFile,
  build: { outDir },
  preview: { port: 0, host: '127.0.0.1' },
});
const address = new URL('fixture.html', server.resolvedUrls?.local[0]).href;
const executablePath = process.env['XBUNDLE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const look of LOOKS) for (const shot of SHOTS) await take(browser, shot, look);
} finally {
  await browser.close();
  await server.close();
  await rm(outDir, { recursive: true, force: true });
}

interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

async function take(
  on: Browser,
  { name, place, act }: Shot,
  { width, height, colorScheme }: Look,
): Promise<void> {
  const context = await on.newContext({ viewport: { width, height }, colorScheme, locale: 'en-US' });
  await context.addInitScript(`localStorage.setItem('xbundle.place', '${JSON.stringify(place)}')`);
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForTimeout(1_200);
  await act?.(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(target, `${name}-${width}-${colorScheme}.png`) });
  await context.close();
}
