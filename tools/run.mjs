/**
 * Runs one TypeScript file of this repository: `node tools/run.mjs FILE.ts [ARG…]`.
 * Node 20, the floor, cannot strip types itself. The file reads its arguments from `process.argv.slice(2)`.
 */
import { resolve } from 'node:path';
import process from 'node:process';
import { runnerImport } from 'vite';

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node tools/run.mjs FILE.ts [ARG…]');
const path = resolve(file);
process.argv = [process.execPath, path, ...rest];
await runnerImport(path, {
  configFile: false,
  logLevel: 'error',
  // `inline` is the environment that `runnerImport` runs in; workspace packages are taken from their sources.
  environments: { inline: { resolve: { conditions: ['source'], noExternal: [/^@xbundle\//] } } },
});
