import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

export interface FixtureSite {
  /** Of the page with made-up data. */
  readonly address: string;
  close(): Promise<void>;
}

/** Builds the page with the data of `ui/src/testing`, as users get it, and serves it on loopback. */
export async function serveFixture(): Promise<FixtureSite> {
  const root = fileURLToPath(new URL('../ui', import.meta.url));
  const configFile = join(root, 'vite.config.ts');
  const outDir = await mkdtemp(join(tmpdir(), 'xbundle-fixture-'));
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
  return {
    address: new URL('fixture.html', server.resolvedUrls?.local[0]).href,
    async close() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
