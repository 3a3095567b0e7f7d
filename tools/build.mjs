/** Builds the packages that have something to build. Each is built from sources, so their order does not matter. */
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

for (const name of ['core', 'cli', 'backend', 'ui']) {
  const root = fileURLToPath(new URL(`../${name}`, import.meta.url));
  await build({ root, configFile: `${root}/vite.config.ts`, logLevel: 'warn' });
}
// The command line is one folder that can be copied: `xbundle ui` finds its page beside itself.
const [page, place] = ['../ui/dist', '../cli/dist/ui'].map((path) => new URL(path, import.meta.url));
if (page !== undefined && place !== undefined) await cp(page, place, { recursive: true });
