import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** What the page may weigh over the wire: Docker Desktop opens it anew whenever its tab is clicked. */
const MOST_GZIP_BYTES = 450_000;

describe('the files of the page', () => {
  let directory: string;
  let files: readonly string[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'xbundle-ui-'));
    // Vitest says `test`, with which React would be built with its warnings.
    vi.stubEnv('NODE_ENV', 'production');
    const root = fileURLToPath(new URL('../../ui', import.meta.url));
    await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: directory, emptyOutDir: true },
    });
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(directory, { recursive: true, force: true });
  });

  it(`weigh less than ${MOST_GZIP_BYTES / 1000} kB, compressed`, async () => {
    const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(file)).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`the page: ${Math.round(bytes / 1000)} kB gzip in ${files.length} files`);
    expect(bytes).toBeLessThan(MOST_GZIP_BYTES);
  });

  it('let no script in but their own: no inline script or style, no other host, a policy that says so', async () => {
    const html = await readFile(join(directory, 'index.html'), 'utf8');
    expect(html).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(html).not.toMatch(/<script(?![^>]*\bsrc="\.\/)|<style|\bon\w+="|https?:/);
  });

  it('have nothing made up in them', async () => {
    for (const file of files) expect(await readFile(file, 'latin1')).not.toContain('slurm-master');
  });
});
