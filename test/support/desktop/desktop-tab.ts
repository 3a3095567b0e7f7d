/** A tab of Docker Desktop in Chromium: the page out of the extension's image, with what Docker Desktop gives it. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { docker } from '../../engine/docker.ts';
import type { Engine } from '../../engine/index.ts';
import { rawRequest } from '../backend-client.ts';
import { openContext, openIn, type OpenPage, type PageOptions } from '../browser.ts';
import { installDesktop } from './dd-client.ts';
import type { RunningExtension } from './extension-machine.ts';
import { HostPrograms, type ExecEvent, type ExecRequest, type RawResult } from './host-commands.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface Told {
  readonly kind: 'success' | 'warning' | 'error' | 'external';
  readonly message: string;
}

/** Docker Desktop's side of the tab. */
export interface Desktop {
  /** What the next dialogs answer; none: they are cancelled. */
  readonly answers: string[];
  readonly told: Told[];
  readonly programs: HostPrograms;
  /** Of the page, without anything that Docker Desktop gives it. */
  readonly address: string;
  open(browser: Browser, options?: PageOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Takes the page out of the image, as an installation does. */
export async function openDesktop(
  engine: Engine,
  extension: RunningExtension,
  scratch: string,
): Promise<Desktop> {
  const directory = await mkdtemp(join(scratch, 'page-'));
  await docker(engine, ['cp', `${extension.container}:/ui/.`, directory]);
  const files = serveFiles(directory);
  const programs = new HostPrograms(engine, extension.container);
  const desktop: Desktop = {
    answers: [],
    told: [],
    programs,
    get address() {
      return `http://127.0.0.1:${(files.address() as AddressInfo).port}/index.html`;
    },
    open: async (browser, options) => {
      const context = await openContext(browser, options);
      await provide(context, extension.socketPath, desktop);
      return openIn(context, desktop.address, (page) => {
        endWithPage(page, programs);
      });
    },
    close: async () => {
      programs.closeAll();
      await new Promise((resolve) => {
        files.close(resolve);
        files.closeAllConnections();
      });
    },
  };
  return desktop;
}

/** "When they navigate away from the tab, both the UI itself and all the sub-processes started by it are terminated." */
function endWithPage(page: Page, programs: HostPrograms): void {
  page.on('close', () => {
    programs.closeAll();
  });
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) programs.closeAll();
  });
}

async function provide(context: BrowserContext, socketPath: string, desktop: Desktop): Promise<void> {
  const { programs, answers, told } = desktop;
  await context.exposeBinding('desktopStream', ({ page }, request: ExecRequest, isByLine: boolean) =>
    programs.stream(request, isByLine, deliverTo(page, request.id)),
  );
  await context.exposeBinding('desktopExec', (_, request: ExecRequest): Promise<RawResult> =>
    programs.collect(request),
  );
  await context.exposeBinding('desktopClose', (_, id: number) => {
    programs.close(id);
  });
  await context.exposeBinding('desktopService', (_, config: ServiceRequest) => ask(socketPath, config));
  await context.exposeBinding('desktopDialog', () => {
    const path = answers.shift();
    return path === undefined ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [path] };
  });
  await context.exposeBinding('desktopTold', (_, message: Told) => {
    told.push(message);
  });
  await context.addInitScript(installDesktop);
}

/** Events in their order, those of a moment together. A page that was left hears of nothing. */
function deliverTo(page: Page, id: number): (event: ExecEvent) => void {
  let waiting: { readonly id: number; readonly event: ExecEvent }[] = [];
  let isSending = false;
  const send = async (): Promise<void> => {
    isSending = true;
    while (waiting.length > 0 && !page.isClosed()) {
      const events = waiting;
      waiting = [];
      await page.evaluate(`window.desktopEvents(${JSON.stringify(events)})`).catch(() => undefined);
    }
    isSending = false;
  };
  return (event) => {
    waiting.push({ id, event });
    if (!isSending) void send();
  };
}

interface ServiceRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data?: unknown;
}

async function ask(
  socketPath: string,
  { url, method, headers, data }: ServiceRequest,
): Promise<{ readonly status: number; readonly body: string }> {
  const body = data === undefined || data === null ? undefined : JSON.stringify(data);
  const own = body === undefined ? {} : { 'content-type': 'application/json' };
  const options = { socketPath, path: url, method, headers: { host: 'localhost', ...own, ...headers } };
  const { status, text } = await rawRequest(options, body);
  return { status, body: text };
}

/** Docker Desktop takes the files out of the image, and shows them from a place of its own. */
function serveFiles(directory: string): Server {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://files').pathname;
    readFile(join(directory, path)).then(
      (content) => {
        response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
        response.end(content);
      },
      () => {
        response.writeHead(404).end();
      },
    );
  });
  return server.listen(0, '127.0.0.1');
}
