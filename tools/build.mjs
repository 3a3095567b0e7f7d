/** Builds every package that has a `vite.config.ts`, and the library's type declarations. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const name of ['core', 'cli']) {
  await build({ root: `${root}${name}`, configFile: `${root}${name}/vite.config.ts`, logLevel: 'warn' });
}
