import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';

const conditions = ['source', 'module', 'node', 'import'];

/**
 * How a program is built into one folder without node_modules, so that it can be copied: every dependency is
 * bundled, and what is imported lazily is a chunk of its own. The version is that of the command line.
 */
export function standaloneProgram(): UserConfig {
  const cli = new URL('../cli/', import.meta.url);
  const { version } = JSON.parse(readFileSync(new URL('package.json', cli), 'utf8')) as { version: string };
  const undiciParts = fileURLToPath(new URL('undici-parts.js', cli));
  return {
    define: { XBUNDLE_VERSION: JSON.stringify(version) },
    resolve: { conditions, alias: [{ find: /^undici$/, replacement: undiciParts }] },
    ssr: { noExternal: true, resolve: { conditions } },
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      emptyOutDir: true,
      rolldownOptions: { input: { main: 'src/main.ts' } },
    },
  };
}
