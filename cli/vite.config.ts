import { defineConfig } from 'vite';

/**
 * One folder without node_modules, so that a site behind the gap can copy it: every dependency is bundled,
 * and each command is a chunk of its own, so that `xbundle --version` loads none of them.
 */
export default defineConfig({
  resolve: { conditions: ['source', 'module', 'node', 'import'] },
  ssr: { noExternal: true, resolve: { conditions: ['source', 'module', 'node', 'import'] } },
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    rolldownOptions: { input: { main: 'src/main.ts' } },
  },
});
