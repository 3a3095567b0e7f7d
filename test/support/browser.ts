import { access } from 'node:fs/promises';
import process from 'node:process';
import { describe, expect, inject, it } from 'vitest';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { isUnavailable, type Engines } from '../engine/index.ts';

/** Where Debian and others put it; `XBUNDLE_TEST_CHROMIUM` names another. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

async function findChromium(): Promise<string | undefined> {
  const given = process.env['XBUNDLE_TEST_CHROMIUM'];
  for (const path of given === undefined ? PLACES : [given]) {
    try {
      await access(path);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

const executablePath = await findChromium();

const NO_BROWSER = 'there is no Chromium: apt-get install chromium';

/** A suite that needs the real engines and a browser; without one of them it is skipped and says why. */
export function describeWithBrowser(title: string, suite: (engines: Engines) => void): void {
  const engines = inject('engines');
  if (isUnavailable(engines)) {
    describeSkipped(title, engines.reason);
    return;
  }
  describeWithPage(title, () => {
    suite(engines);
  });
}

/** A suite that needs a browser, and nothing besides. */
export function describeWithPage(title: string, suite: () => void): void {
  if (executablePath === undefined) describeSkipped(title, NO_BROWSER);
  else describe(title, suite);
}

function describeSkipped(title: string, reason: string): void {
  describe(title, () => {
    // A whole suite that does not run must not go unseen where runs decide.
    if (process.env['CI'] === 'true') it('has what it needs', () => expect.fail(reason));
    else it.skip(`lacks what it needs: ${reason}`);
  });
}

export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('no Chromium');
  // Tests run as root in containers, where Chromium's own sandbox cannot.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page wrote to the console as errors, and exceptions that nobody caught. */
  readonly problems: string[];
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly locale?: string;
  readonly storage?: StorageState;
}

/** Cookies and storage of a page that was left. */
export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Storage and sessions of its own; `storage` is what an earlier page of it left. */
export function openContext(browser: Browser, options: PageOptions = {}): Promise<BrowserContext> {
  const { width = 1280, height = 800, dark = false, locale = 'en-US', storage } = options;
  return browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale,
    ...(storage !== undefined && { storageState: storage }),
  });
}

/** What is waited for comes from real programs; a wait that is over is told with what the page shows. */
const PATIENCE_MS = 90_000;

/** Opens an address in a new page, which takes its context with it when it closes. */
export async function openIn(
  context: BrowserContext,
  url: string,
  prepare: (page: Page) => void = () => undefined,
): Promise<OpenPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !isOfNetwork(message.text())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('close', () => {
    context.close().catch(() => undefined);
  });
  prepare(page);
  await openAddress(page, url);
  return { page, problems };
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenPage> {
  return openIn(await openContext(browser, options), url);
}

/** Engines that start and end beside the test change the network, which ends whatever is being loaded. */
function isOfNetwork(text: string): boolean {
  return text.includes('ERR_NETWORK_CHANGED');
}

/** Opens an address, again where the network changed meanwhile. */
async function openAddress(page: Page, url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.goto(url);
      return;
    } catch (error) {
      const isPassing = error instanceof Error && isOfNetwork(error.message);
      if (!isPassing || attempt === 5) throw error;
    }
  }
}
