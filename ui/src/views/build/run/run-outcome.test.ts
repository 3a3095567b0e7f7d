import { expect, it } from 'vitest';
import { buildAt } from '../../../testing/sample-build.ts';
import { PLAN } from '../../../testing/sample-project.ts';
import { countRun, exportOf, planOf, retryOf } from './run-outcome.ts';

const job = buildAt({ id: 'a', startedAt: 0, now: 900_000 });

it('counts what is there and what is not', () => {
  expect(countRun(job.cells)).toEqual({ all: 24, done: 22, failed: 1, missing: 2 });
});

it('tries again only what failed', () => {
  expect(retryOf(job)).toEqual({ ...job.request, onlyFailed: true });
});

it('exports the images of the components that were built', () => {
  const cells = job.cells.filter(({ component }) => component === 'nginx');
  expect(exportOf({ cells }, PLAN)).toEqual({
    exportImages: ['ai-infra/nginx:v0.3.8'],
    exportPlatforms: ['linux/amd64', 'linux/arm64'],
  });
  expect(planOf(job)).toEqual({ directory: '/home/dev/ai-infra' });
});
