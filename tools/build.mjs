/** Builds the packages that have something to build. Each is built from sources, so their order does not matter. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

for (const name of ['core', 'cli']) {
  const root = fileURLToPath(new URL(`../${name}`, import.meta.url));
  await build({ root, configFile: `${root}/vite.config.ts`, logLevel: 'warn' });
}
