import process from 'node:process';
import type { TestProject } from 'vitest/node';
import { isUnavailable, startEngines } from './index.ts';

/**
 * Starts the engines once for a whole run of vitest and provides their facts as `inject('engines')`. Where
 * they cannot be had the tests get the reason; with CI=true that fails the run, because an engine suite
 * which is skipped unnoticed proves nothing.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = await startEngines();
  if (isUnavailable(running)) {
    if (process.env['CI'] === 'true') throw new Error(`no engines in CI: ${running.reason}`);
    console.warn(`engine tests are skipped: ${running.reason}`);
    project.provide('engines', running);
    return undefined;
  }
  project.provide('engines', running.engines);
  return () => running.stop();
}
