import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseNoFolder, refuseOutput } from '../../bundle/index.ts';
import { acquireLock, onPath } from '../../files/index.ts';
import type { BuildPlan } from '../build-plan.ts';
import { createRecord, readLastRecord } from './record/build-record.ts';
import type { BuildReport } from './record/build-report.ts';
import type { RunBuildOptions } from './run-options.ts';
import { BuildRun } from './build-run.ts';

/**
 * Builds all cells of a plan, each on its own, asks the store for each result, and moves them to the outputs once
 * all are there. A cell that fails, or is stopped by an abort, is in the report; `interrupted` says that the
 * signal fired, after which everything that was started has ended.
 *
 * Throws before anything is built EXISTS for a bundle that is there and FILE_SYSTEM where its folder is not, LOCKED
 * while another process builds the same definition, and UNSUPPORTED without a docker command; later DISK_FULL and
 * FILE_SYSTEM, and what an output throws. The record of the run is written in any case.
 */
export async function runBuild(plan: BuildPlan, options: RunBuildOptions): Promise<BuildReport> {
  const { folder, outputs } = options;
  if (outputs?.export !== undefined) {
    await refuseNoFolder(outputs.export.path);
    await refuseOutput(outputs.export.path, outputs.export.overwrite === true);
  }
  await onPath('making', folder.path, () => mkdir(folder.path, { recursive: true }));
  const lock = await acquireLock(join(folder.path, 'lock'));
  try {
    const earlier = options.onlyFailed === true ? await readLastRecord(folder) : [];
    const id = runId();
    const record = await createRecord(folder, { id, cells: plan.cells });
    return await new BuildRun(plan, options, { id, record, earlier }).run();
  } finally {
    await lock.release();
  }
}

/** Sorts by time, and is a name on every file system. */
function runId(): string {
  return new Date().toISOString().replace(/[:.]/g, '-');
}
