/** Where the page runs. Suites of journeys run in each of them. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { toolEnvironment } from '../engine/docker.ts';
import type { Engine, Engines } from '../engine/index.ts';
import { startUi, type TestBackend } from './backend-client.ts';
import { describeWithBrowser, openBrowser, openPage, type OpenPage, type PageOptions } from './browser.ts';
import { makeBuildProject, type BuildProject } from './build-project.ts';
import { openDesktop, type Desktop } from './desktop/desktop-tab.ts';
import { startExtension, type RunningExtension } from './desktop/extension-machine.ts';
import { uniqueRepository } from './engine-suite.ts';

export interface PageHost {
  readonly backend: TestBackend;
  open(browser: Browser, options?: PageOptions): Promise<OpenPage>;
  /** Answers "Choose folder", whatever asks for it, with the project. */
  chooseFolder(page: Page): Promise<void>;
  /** Ends the backend in the middle of what it does, and starts it again; the page to go on with. */
  restart(opened: OpenPage, browser: Browser): Promise<OpenPage>;
  /** Whether its jobs reach what listens on this machine's loopback address: those in containers do not. */
  readonly seesLoopback: boolean;
  /** Only in Docker Desktop. */
  readonly desktop?: Desktop;
  readonly extension?: RunningExtension;
  stop(): Promise<void>;
}

export interface HostKind {
  readonly name: string;
  start(engines: Engines, project: BuildProject): Promise<PageHost>;
}

/** `xbundle ui` for the project, with an engine. */
async function startUiHost(engine: Engine, project: BuildProject): Promise<PageHost> {
  const state = join(project.directory, '..', `state-${engine.socket.replaceAll('/', '-')}`);
  const env = { ...project.env, ...toolEnvironment(engine), XDG_STATE_HOME: state };
  let ui = await startUi({ root: project.directory, env });
  const open = (browser: Browser, options?: PageOptions): Promise<OpenPage> =>
    openPage(browser, `http://127.0.0.1:${ui.port}/#token=${ui.token}`, options);
  return {
    get backend() {
      return ui.backend;
    },
    open,
    seesLoopback: true,
    chooseFolder: async (page) => {
      await page.getByRole('button', { name: 'Choose folder' }).click();
      await page.getByRole('button', { name: 'Use this folder' }).click();
    },
    restart: async ({ page }, browser) => {
      const storage = await page.context().storageState();
      await page.close();
      await ui.stop('SIGKILL');
      ui = await startUi({ root: project.directory, env });
      // It has another port: the page's own memory does not come with it.
      const moved = {
        ...storage,
        origins: storage.origins.map((each) => ({ ...each, origin: originOf(ui) })),
      };
      return open(browser, { storage: moved });
    },
    stop: async () => {
      await ui.stop();
    },
  };
}

function originOf({ port }: { readonly port: number }): string {
  return `http://127.0.0.1:${port}`;
}

/** The extension's image, started by its compose file, and a tab like Docker Desktop's. */
async function startDesktopHost(engines: Engines, project: BuildProject): Promise<PageHost> {
  const scratch = await mkdtemp(join(project.directory, '..', 'desktop-'));
  const repository = `${engines.registry.host}/${uniqueRepository('tab')}`;
  const extension = await startExtension(engines, { scratch, repository, platforms: ['linux/amd64'] });
  const desktop = await openDesktop(engines.containerd, extension, scratch);
  return {
    backend: extension.backend,
    desktop,
    extension,
    seesLoopback: false,
    open: (browser, options) => desktop.open(browser, options),
    chooseFolder: async (page) => {
      desktop.answers.push(project.directory);
      await page.getByRole('button', { name: 'Choose folder' }).click();
    },
    restart: async (opened) => {
      await extension.restart('kill');
      return opened;
    },
    stop: async () => {
      await desktop.close();
      await extension.stop();
    },
  };
}

export const UI_HOST: HostKind = {
  name: 'xbundle ui',
  start: ({ containerd }, project) => startUiHost(containerd, project),
};

export const DESKTOP_HOST: HostKind = { name: 'Docker Desktop', start: startDesktopHost };

export const PAGE_HOSTS: readonly HostKind[] = [UI_HOST, DESKTOP_HOST];

/** Of one step of a journey: everything is real, and a busy machine makes each part of it slow. */
const LONGEST_MS = 400_000;

export interface Journey {
  readonly engines: Engines;
  readonly hostKind: HostKind;
  readonly project: () => BuildProject;
  readonly host: () => PageHost;
  readonly browser: () => Browser;
}

/** A suite once in each host, with a project and a browser of its own. */
export function describeInHosts(title: string, suite: (journey: Journey) => void, hosts = PAGE_HOSTS): void {
  describeWithBrowser(title, (engines) => {
    describe.each(hosts)('in $name', { timeout: LONGEST_MS }, (hostKind) => {
      let project: BuildProject;
      let host: PageHost;
      let browser: Browser;
      beforeAll(async () => {
        project = await makeBuildProject(engines, engines.containerd, 'xb-journey');
        host = await hostKind.start(engines, project);
        browser = await openBrowser();
      }, 600_000);
      afterAll(async () => {
        await browser.close();
        await host.stop();
        await project.close();
      });
      afterEach(async ({ task }) => {
        if (task.result?.state === 'fail') await tellPages(browser);
      });
      suite({ engines, hostKind, project: () => project, host: () => host, browser: () => browser });
    });
  });
}

/** What whoever looks for the reason of a failure wants to see first. */
async function tellPages(browser: Browser): Promise<void> {
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const text = await page.locator('body').innerText();
    console.log(`the page ${page.url()} shows:\n${text.slice(0, 4_000)}`);
  }
}
