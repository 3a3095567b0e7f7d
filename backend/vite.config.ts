import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const conditions = ['source', 'module', 'node', 'import'];
const { version } = JSON.parse(readFileSync(new URL('../cli/package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const undiciParts = fileURLToPath(new URL('../cli/undici-parts.js', import.meta.url));

/** The extension's backend in one folder without node_modules, as the command line has it. */
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
