import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceClients } from '../../bundle/index.ts';
import type { DockerEnvironment } from '../../buildx/index.ts';
import type { CallOptions } from '../../content/index.ts';
import { acquireLock, onPath } from '../../files/index.ts';
import type { BuildPlan } from '../build-plan.ts';
import type { BuildFolder } from './build-folder.ts';
import { createRecord, readLastRecord } from './build-record.ts';
import type { BuildReport, OnBuildEvent } from './build-report.ts';
import { BuildRun } from './build-run.ts';
import { findBuildx } from './buildx-program.ts';
import type { BuildOutputs } from './deliver.ts';

export interface RunBuildOptions extends CallOptions {
  /** Where runs of this definition are kept; see `buildFolder`. */
  readonly folder: BuildFolder;
  /** Cells built at once; default: two for each processor, at least 4 and at most 16. */
  readonly jobs?: number | undefined;
  /** Further tries of a cell whose failure may pass; default 1. */
  readonly retry?: number | undefined;
  readonly failFast?: boolean | undefined;
  /** Keep what the last run of the definition has done, where it is still there. */
  readonly onlyFailed?: boolean | undefined;
  /** Of every docker command; default: this process's. */
  readonly env?: DockerEnvironment | undefined;
  /** For services, and for builders that keep images in the engine. */
  readonly clients?: SourceClients | undefined;
  readonly outputs?: BuildOutputs | undefined;
  readonly onEvent?: OnBuildEvent | undefined;
}

/**
 * Builds all cells of a plan, each on its own, asks the store for each result, and moves them to the outputs once
 * all are there. A cell that fails, or is stopped by an abort, is in the report; `interrupted` says that the
 * signal fired, after which everything that was started has ended.
 *
 * Throws LOCKED while another process builds the same definition, UNSUPPORTED without a docker command, DISK_FULL
 * and FILE_SYSTEM, and what an output throws; the record of the run is written in any case.
 */
export async function runBuild(plan: BuildPlan, options: RunBuildOptions): Promise<BuildReport> {
  const { folder } = options;
  await onPath('making', folder.path, () => mkdir(folder.path, { recursive: true }));
  const lock = await acquireLock(join(folder.path, 'lock'));
  try {
    const earlier = options.onlyFailed === true ? await readLastRecord(folder) : [];
    const program = await findBuildx({ env: options.env, signal: options.signal });
    const id = runId();
    const record = await createRecord(folder, { id, cells: plan.cells });
    return await new BuildRun(plan, options, { id, record, earlier, program }).run();
  } finally {
    await lock.release();
  }
}

/** Sorts by time, and is a name on every file system. */
function runId(): string {
  return new Date().toISOString().replace(/[:.]/g, '-');
}
