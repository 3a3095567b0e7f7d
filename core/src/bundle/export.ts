import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock, onPath } from '../files/index.ts';
import type { Platform } from '../model/index.ts';
import type { WantedImage } from './sources/engine-offer.ts';
import { refuseNoFolder, refuseOutput } from './write/finish-publish.ts';
import { planBundle, type BundlePlan, type PlanOptions } from './plan/plan.ts';
import { openSources, type SourceChoice, type SourceClients } from './sources/sources.ts';
import {
  isWritable,
  streamBundle,
  writeBundle,
  type BundleSummary,
  type WriteOptions,
} from './write/write.ts';

/** What to export and where it is read. */
export interface ExportRequest {
  /** None: all images of an archive or layout, for `platforms`. */
  readonly images: readonly WantedImage[];
  readonly platforms?: readonly Platform[] | undefined;
  readonly from: SourceChoice;
  readonly clients: SourceClients;
}

export interface ExportOptions extends Omit<PlanOptions, 'engineStore'>, WriteOptions {}

/**
 * Plans a bundle without writing it. An engine's images are saved to a temporary file all the same: it tells
 * sizes and digests in no other way.
 */
export function planExport(request: ExportRequest, options: ExportOptions = {}): Promise<BundlePlan> {
  return usePlan(request, options, (plan) => Promise.resolve(plan));
}

/** Plans a bundle and lends the plan to `use` while its sources are open, so that its blobs can be read. */
export async function usePlan<T>(
  request: ExportRequest,
  options: ExportOptions,
  use: (plan: BundlePlan) => Promise<T>,
): Promise<T> {
  const folder = await onPath('creating', tmpdir(), () => mkdtemp(join(tmpdir(), 'xbundle-')));
  try {
    return await withPlan({ ...request, spool: join(folder, 'save') }, options, use);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Exported {
  readonly plan: BundlePlan;
  /** Absent when cells are missing and that was not allowed: then nothing was written. */
  readonly summary?: BundleSummary;
}

/**
 * Exports to a file. The path is locked, and an existing file refused, before anything is asked of a source.
 * A plan that lacks cells is returned with nothing written. Other errors and resuming: those of `writeBundle`.
 */
export async function exportBundle(
  request: ExportRequest,
  output: string,
  options: ExportOptions = {},
): Promise<Exported> {
  await refuseNoFolder(output);
  const lock = await acquireLock(`${output}.lock`);
  try {
    await refuseOutput(output, options.overwrite === true);
    return await withPlan({ ...request, spool: `${output}.save` }, options, async (plan) => {
      if (!isWritable(plan.index, options)) return { plan };
      return { plan, summary: await writeBundle(plan, output, { ...options, lock }) };
    });
  } finally {
    await lock.release();
  }
}

/** Exports to a pipe: `write` gets each piece and resolves when it may get the next. */
export function pipeBundle(
  request: ExportRequest,
  write: (chunk: Uint8Array) => Promise<void>,
  options: ExportOptions = {},
): Promise<BundlePlan> {
  return usePlan(request, options, async (plan) => {
    for await (const chunk of streamBundle(plan, options)) await write(chunk);
    return plan;
  });
}

async function withPlan<T>(
  request: ExportRequest & { readonly spool: string },
  options: ExportOptions,
  use: (plan: BundlePlan) => Promise<T>,
): Promise<T> {
  const { images, from, ...rest } = request;
  const sources = await openSources(images, from, { ...options, ...rest });
  try {
    return await use(await planBundle(sources.requests, { ...options, engineStore: sources.engineStore }));
  } finally {
    await sources.close();
  }
}
