import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const conditions = ['source', 'module', 'browser', 'import'];

/**
 * Static files with relative addresses: Docker Desktop opens them from the extension's folder, `xbundle ui`
 * from its own server. Nothing is inlined, so that the page's Content-Security-Policy needs no exception.
 */
export default defineConfig({
  base: './',
  plugins: [react()],
  resolve: { conditions },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
});
