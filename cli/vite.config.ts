import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const conditions = ['source', 'module', 'node', 'import'];
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const undiciParts = fileURLToPath(new URL('undici-parts.js', import.meta.url));

/**
 * One folder without node_modules, so that a site behind the gap can copy it: every dependency is bundled,
 * and each command is a chunk of its own, so that `xbundle --version` loads none of them.
 */
export default defineConfig({
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
});
