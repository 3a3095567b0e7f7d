import { defineConfig } from 'vite';

/** The library for other packages: plain ESM, dependencies left to the installer. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        index: 'src/index.ts',
        model: 'src/model/index.ts',
        testing: 'src/testing/index.ts',
      },
    },
  },
});
