import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openContext, openIn } from '../../support/browser.ts';
import { describeInHosts, DESKTOP_HOST, type PageHost } from '../../support/page-hosts.ts';

/** A slow command of the host, and the lines and the end that its stream tells of. */
const FOLLOW = `(() => {
  window.seen = [];
  window.handle = ddClient.docker.cli.exec('events', ['--format', '{{.Action}}'], {
    stream: {
      splitOutputLines: true,
      onOutput: ({ stdout, stderr }) => window.seen.push(stdout ?? stderr),
      onClose: (code) => window.seen.push('closed ' + code),
    },
  });
})()`;

/** What the stand-in for Docker Desktop gives a page is what Docker Desktop gives it, over the real programs. */
describeInHosts(
  'the tab that the tests open',
  (journey) => {
    const desktop = (): NonNullable<PageHost['desktop']> => {
      const found = journey.host().desktop;
      if (found === undefined) throw new Error('this host is no Docker Desktop');
      return found;
    };

    async function inTab(work: (page: Page) => Promise<void>): Promise<void> {
      const { page, problems } = await journey.host().open(journey.browser());
      await page.getByRole('button', { name: 'Choose folder' }).waitFor();
      await work(page);
      expect(problems).toEqual([]);
      if (!page.isClosed()) await page.close();
    }

    it('has the themes of the host', () =>
      inTab(async (page) => {
        const color = "getComputedStyle(document.querySelector('.MuiButton-contained')).backgroundColor";
        expect(await page.evaluate<string>(color)).toBe('rgb(18, 52, 86)');
        await page.emulateMedia({ colorScheme: 'dark' });
        await expect.poll(() => page.evaluate<string>(color)).toBe('rgb(171, 205, 239)');
      }));

    it('asks the backend by its socket, and rejects what it refuses', () =>
      inTab(async (page) => {
        const service = (call: string): Promise<unknown> =>
          page.evaluate(`ddClient.extension.vm.service.${call}`);
        expect(await service(`get('/api/jobs')`)).toMatchObject({ total: 0 });
        const refused = `get('/api/none').catch(({ name, statusCode, message }) => ({ name, statusCode, message }))`;
        expect(await service(refused)).toMatchObject({ name: 'ServiceError', statusCode: 404 });
        const body = `post('/api/projects/detect', { directory: 5 }).catch(({ statusCode }) => statusCode)`;
        expect(await service(body)).toBe(400);
      }));

    it('runs docker with and without a stream, and programs beside the backend', () =>
      inTab(async (page) => {
        const whole = `ddClient.docker.cli.exec('version', ['--format', 'json']).then((result) => result.parseJsonObject())`;
        expect(await page.evaluate(whole)).toHaveProperty('Server.Version');
        const failing = `ddClient.docker.cli.exec('image', ['inspect', 'no/such']).catch(({ code, stderr }) => ({ code, stderr }))`;
        expect(await page.evaluate(failing)).toMatchObject({ code: 1, stderr: /no such/i });
        const beside = `ddClient.extension.vm.cli.exec('/usr/local/bin/xbundle', ['--version']).then(({ stdout }) => stdout)`;
        expect(await page.evaluate(beside)).toMatch(/^\d+\.\d+\.\d+/);
        const stream = `new Promise((resolve) => { const lines = []; ddClient.docker.cli.exec('info', ['--format', '{{"a b"}} $(id)'], { stream: {
          splitOutputLines: true, onOutput: ({ stdout }) => lines.push(stdout), onClose: (code) => resolve([...lines, code]) } }); })`;
        expect(await page.evaluate(stream)).toEqual(['a b $(id)', 0]);
      }));

    it('ends a command that the page closes', () =>
      inTab(async (page) => {
        await page.evaluate(FOLLOW);
        await expect.poll(() => desktop().programs.running).toBe(1);
        await page.evaluate('window.handle.close()');
        await expect.poll(() => page.evaluate('window.seen.at(-1)')).toMatch(/^closed /);
        expect(desktop().programs.running).toBe(0);
      }));

    it.each<readonly [string, (page: Page) => Promise<unknown>]>([
      ['is closed', (page) => page.close()],
      ['is loaded again', (page) => page.reload()],
    ])('ends every command when the page %s', (_, leave) =>
      inTab(async (page) => {
        await page.evaluate(FOLLOW);
        await page.evaluate(FOLLOW);
        await expect.poll(() => desktop().programs.running).toBe(2);
        await leave(page);
        await expect.poll(() => desktop().programs.running).toBe(0);
      }),
    );

    it('has dialogs, toasts and a way out', () =>
      inTab(async (page) => {
        desktop().answers.push('/chosen');
        const ask = `ddClient.desktopUI.dialog.showOpenDialog({ properties: ['openFile'] })`;
        expect(await page.evaluate(ask)).toEqual({ canceled: false, filePaths: ['/chosen'] });
        expect(await page.evaluate(ask)).toEqual({ canceled: true, filePaths: [] });
        await page.evaluate(`ddClient.desktopUI.toast.success('hello')`);
        await page.evaluate(`ddClient.host.openExternal('https://example.test/')`);
        expect(desktop().told.map(({ kind }) => kind)).toEqual(['success', 'external']);
      }));

    it('shows what is missing in a host that has no backend for it', async () => {
      const context = await openContext(journey.browser());
      await context.addInitScript('window.ddClient = { extension: { image: "x" } };');
      const { page } = await openIn(context, desktop().address);
      await page.getByText('This host has no backend for the tab').waitFor();
      await page.close();
    });
  },
  [DESKTOP_HOST],
);
