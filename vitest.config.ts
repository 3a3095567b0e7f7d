import process from 'node:process';
import { defineConfig } from 'vitest/config';

const conditions = ['source', 'module', 'node', 'import'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** A second, vitest's own, is short where processes have to end on a machine that is busy. */
const patient = { expect: { poll: { timeout: 10_000 } } };

const onEngines = {
  ...patient,
  globalSetup: ['test/engine/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Real daemons on a busy machine: one slow moment is told in the report, and is no defect.
  retry: 1,
};

export default defineConfig({
  test: {
    projects: [
      {
        // As Node itself has it: packages that are left to Node are to be the same modules.
        resolve: { conditions: ['source', 'node', 'import'] },
        test: {
          name: 'ui',
          include: ['ui/src/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          // As below: a document for each file took most of the time.
          isolate: false,
          setupFiles: ['ui/src/testing/set-up-page.ts'],
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{core,cli,backend}/src/**/*.test.ts', 'tools/**/*.test.ts'],
          // Modules do nothing when they are imported, so files can share them: a fifth of the processor time.
          isolate: false,
          ...patient,
          testTimeout: 20_000,
          // Real sockets and processes on a machine that others use too; at a desk a flake is to be seen.
          retry: process.env['CI'] === undefined ? 0 : 1,
        },
      },
      {
        ...shared,
        test: {
          ...onEngines,
          name: 'e2e',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{build,extension,torture,slow}/**'],
        },
      },
      { ...shared, test: { ...onEngines, name: 'build', include: ['test/build/**/*.test.ts'] } },
      { ...shared, test: { ...onEngines, name: 'extension', include: ['test/extension/**/*.test.ts'] } },
      {
        ...shared,
        // Compilers and whole Dockerfiles: a test is a build of minutes.
        test: {
          ...onEngines,
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        ...shared,
        test: {
          ...patient,
          name: 'torture',
          include: ['test/torture/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 120_000,
          retry: 1,
        },
      },
    ],
  },
});
