import type { Page } from 'playwright-core';

const PROJECT = '/home/dev/ai-infra';
const BUNDLE = `${PROJECT}/release/ai-infra-v0.3.8.tar`;
const IMAGES = ['backend', 'frontend', 'nginx', 'gitea'].map((name) => `ai-infra/${name}:v0.3.8`);
const IMAGE = 'ai-infra/backend:v0.3.8';

/** Something that the page shows, with the data of `ui/src/testing`. */
export interface PageView {
  /** Of its picture. */
  readonly name: string;
  /** Where the page is, as it remembers it. */
  readonly place: object;
  /** What else the page remembers, by its key. */
  readonly remembered?: Readonly<Record<string, unknown>>;
  /** What is done there, in English. */
  readonly act?: (page: Page) => Promise<unknown>;
}

const build = (more: object = {}) => ({ tab: 'build', project: PROJECT, ...more });
const bundles = (bundlePart: string, more: object = {}) => ({ tab: 'bundles', bundlePart, ...more });

async function startBuild(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Build 24 cells' }).click();
  const cell = page.getByRole('button', { name: /^gitea for linux\/amd64: building/ });
  await cell.waitFor({ timeout: 30_000 });
  await cell.click();
  await page.waitForTimeout(2_500);
}

async function startExport(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Bundle file to write' }).fill(BUNDLE);
  await page.getByRole('button', { name: 'Write the bundle' }).click();
  await page.waitForTimeout(3_500);
}

/** Every view of the page, in the order of its tabs. */
export const PAGE_VIEWS: readonly PageView[] = [
  { name: 'build-start', place: { tab: 'build' } },
  { name: 'build-plan', place: build() },
  {
    name: 'build-lint',
    place: build(),
    act: async (page) => {
      await page.getByRole('button', { name: 'Show all 4 findings' }).click();
      await page.getByRole('heading', { name: /^Dockerfiles/ }).scrollIntoViewIfNeeded();
      await page.mouse.wheel(0, 1_000);
    },
  },
  { name: 'build-running', place: build(), act: startBuild },
  { name: 'build-failed', place: build({ build: 'build-1' }) },
  {
    name: 'build-log',
    place: build({ build: 'build-1' }),
    act: async (page) => {
      await page.getByRole('button', { name: /^backend for linux\/amd64: / }).click();
      await page.getByRole('textbox', { name: 'Search the log' }).fill('warning');
      await page.locator('.match').waitFor();
    },
  },
  {
    name: 'build-timeline',
    place: build({ build: 'build-1' }),
    act: (page) => page.getByRole('tab', { name: 'Timeline' }).click(),
  },
  { name: 'images', place: { tab: 'images' } },
  {
    name: 'images-registry',
    place: { tab: 'images' },
    remembered: { 'image source': 'registry', 'registry place': 'registry.example/ai-infra/backend' },
  },
  { name: 'image', place: { tab: 'images', image: IMAGE }, remembered: { wanted: ['linux/riscv64'] } },
  {
    name: 'image-provenance',
    place: { tab: 'images', image: IMAGE },
    act: (page) => page.getByRole('tab', { name: 'Attestations' }).click(),
  },
  {
    name: 'image-sbom',
    place: { tab: 'images', image: IMAGE },
    act: async (page) => {
      await page.getByRole('tab', { name: 'Attestations' }).click();
      await page.getByRole('tab', { name: 'SBOM' }).click();
    },
  },
  { name: 'compare', place: { tab: 'images', image: IMAGE, compare: 'ai-infra/backend:v0.3.7' } },
  {
    name: 'compare-layers',
    place: { tab: 'images', image: IMAGE, compare: 'ai-infra/backend:v0.3.7' },
    act: (page) => page.getByRole('button', { name: 'Compare the layers of linux/amd64' }).click(),
  },
  {
    name: 'manifest-list',
    place: { tab: 'images', image: IMAGE },
    act: (page) => page.getByRole('button', { name: 'Make manifest list…' }).click(),
  },
  { name: 'bundles', place: { tab: 'bundles' } },
  {
    name: 'bundle-export',
    place: bundles('export', {
      exportImages: IMAGES,
      exportPlatforms: ['linux/amd64', 'linux/arm64'],
    }),
  },
  { name: 'bundle-progress', place: bundles('export', { exportImages: IMAGES }), act: startExport },
  { name: 'bundle-written', place: bundles('export', { bundleJob: 'export-1' }) },
  { name: 'bundle-open', place: bundles('open', { bundle: BUNDLE }) },
  { name: 'bundle-verified', place: bundles('open', { bundleJob: 'verify-1' }) },
  { name: 'bundle-import', place: bundles('import', { bundle: BUNDLE }) },
  { name: 'bundle-receipt', place: bundles('import', { bundleJob: 'import-1' }) },
  { name: 'builders', place: { tab: 'builders' } },
  {
    name: 'builder-new',
    place: { tab: 'builders' },
    act: (page) => page.getByRole('button', { name: 'New builder' }).click(),
  },
  { name: 'history', place: { tab: 'history' } },
];

/** What to run in a new page so that it opens at a view. */
export function rememberView({ place, remembered = {} }: PageView): string {
  const entries = Object.entries({ place, ...remembered });
  return entries
    .map(
      ([key, value]) =>
        `localStorage.setItem(${literal(`xbundle.${key}`)}, ${literal(JSON.stringify(value))});`,
    )
    .join('\n');
}

function literal(text: string): string {
  return JSON.stringify(text);
}
