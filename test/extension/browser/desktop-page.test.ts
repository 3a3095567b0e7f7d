import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOKEN_HEADER } from '@xbundle/backend/contract';
import { rawRequest, startUi, type RunningUi } from '../../support/backend-client.ts';
import { describeWithBrowser, openBrowser } from '../../support/browser.ts';
import { bakeFile, dockerfile, makeBuildProject, type BuildProject } from '../../support/build-project.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What Docker Desktop gives a page, as far as this page uses it; answers and failures have its shapes. */
const DESKTOP = `
window.__ddMuiV6Themes = {
  light: { palette: { mode: 'light', primary: { main: '#123456' } } },
  dark: { palette: { mode: 'dark', primary: { main: '#abcdef' } } },
};
window.ddClient = {
  extension: {
    image: 'xbundle/desktop:test',
    vm: {
      service: {
        async request(config) {
          const { status, body } = await window.askBackend(config);
          if (status < 200 || status > 299) throw { name: 'ServiceError', statusCode: status, message: body };
          return JSON.parse(body);
        },
      },
    },
  },
  desktopUI: { dialog: { showOpenDialog: () => window.openDialog() } },
  docker: { cli: { exec() { throw new Error('nothing of this suite runs docker on the host'); } } },
  host: { openExternal() {} },
};
`;

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

describeWithBrowser('the page in a host like Docker Desktop', (engines) => {
  let project: BuildProject;
  let ui: RunningUi;
  let browser: Browser;
  let files: Server;

  beforeAll(async () => {
    project = await makeBuildProject(engines, engines.containerd, 'xb-ui-desktop');
    await project.write('web/Dockerfile', dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['web']));
    ui = await startUi({ root: project.directory, env: project.env });
    files = serveFiles(fileURLToPath(new URL('../../../ui/dist', import.meta.url)));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    files.close();
    await ui.stop();
    await project.close();
  });

  async function ask({ url, method, headers, data }: Asked): Promise<{ status: number; body: string }> {
    const body = data === undefined || data === null ? undefined : JSON.stringify(data);
    const own = { [TOKEN_HEADER]: ui.token, host: `127.0.0.1:${ui.port}` };
    const options = { host: '127.0.0.1', port: ui.port, path: url, method, headers: { ...headers, ...own } };
    const { status, text } = await rawRequest(options, body);
    return { status, body: text };
  }

  it('uses its dialog, its themes and its way to the backend, and builds', async () => {
    const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 1280, height: 800 } });
    await context.addInitScript(DESKTOP);
    await context.exposeFunction('askBackend', ask);
    await context.exposeFunction('openDialog', () => ({ canceled: false, filePaths: [project.directory] }));
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    const { port } = files.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/index.html`);

    const choose = page.getByRole('button', { name: 'Choose folder' });
    await choose.waitFor();
    const color = "getComputedStyle(document.querySelector('.MuiButton-contained')).backgroundColor";
    expect(await page.evaluate<string>(color)).toBe('rgb(171, 205, 239)');
    await choose.click();
    await page.getByRole('button', { name: 'Build 2 cells' }).click();
    await page.getByText('All 2 cells are built.').waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Images' }).click();
    await page.getByRole('textbox', { name: /^Any image/ }).fill('xb-ui-desktop/none:v9');
    await page.getByRole('button', { name: 'Inspect' }).click();
    await page.getByText('That did not work').waitFor({ timeout: 30_000 });
    expect(problems).toEqual([]);
    await context.close();
  });

  it('without a backend says what it needs', async () => {
    const context = await browser.newContext();
    await context.addInitScript('window.ddClient = { extension: { image: "x" } };');
    const page = await context.newPage();
    const { port } = files.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/index.html`);
    await page.getByText('This host has no backend for the tab').waitFor();
    await context.close();
  });
});

/** The built page, as files: Docker Desktop takes them out of the extension's image. */
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
