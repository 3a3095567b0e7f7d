import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  importBundle,
  openSources,
  planBundle,
  plannedContent,
  writeBundle,
  type BundlePlan,
  type ImageRequest,
  type SourceClients,
} from '../../bundle/index.ts';
import type { BlobSource, ImageTarget, TransferOptions } from '../../content/index.ts';
import { archTag, parsePlatform, type Platform, type Reference } from '../../model/index.ts';
import type { BuildPlan } from '../build-plan.ts';
import type { CellReport, OutputReport } from './record/build-report.ts';
import { builtImages, builtSource, type BuiltImage } from './built-source.ts';

/** Where the results of a run are to go. */
export interface BuildOutputs {
  /** A bundle file. */
  readonly export?: { readonly path: string; readonly overwrite?: boolean | undefined };
  /** The engine. */
  readonly load?: ImageTarget;
  /** The registries that the names say: asked for each host once. */
  readonly push?: (host: string) => ImageTarget;
  /** Give what is there where cells are missing; default: nothing leaves the store then. */
  readonly allowIncomplete?: boolean | undefined;
  /** The bundle's time; default: that of the newest image. */
  readonly created?: Date | undefined;
}

export interface Delivery {
  readonly plan: BuildPlan;
  readonly cells: readonly CellReport[];
  readonly store: { readonly path: string; readonly blobs: BlobSource };
  /** For results that are in the engine. */
  readonly clients: SourceClients | undefined;
  readonly outputs: BuildOutputs;
  readonly onProgress: (
    output: OutputReport['kind'],
    event: Parameters<NonNullable<TransferOptions['onProgress']>>[0],
  ) => void;
  /** Is told of each output as soon as it is there: a later one may fail. */
  readonly onOutput: (output: OutputReport) => void;
}

/**
 * Moves the results to all outputs: bundle, engine, registries; each is asked afterwards what it has. Errors: those
 * of `writeBundle` and `importBundle`.
 */
export async function deliver(delivery: Delivery, options: TransferOptions = {}): Promise<void> {
  const { outputs } = delivery;
  if (outputs.export === undefined && outputs.load === undefined && outputs.push === undefined) return;
  await withRequests(delivery, options, async (requests) => {
    const { name, version } = delivery.plan;
    const plan = await planBundle(requests, { ...options, name, version, created: outputs.created });
    await writeFile(plan, delivery, options);
    await moveImages(plan, delivery, options);
  });
}

async function withRequests(
  delivery: Delivery,
  options: TransferOptions,
  use: (requests: readonly ImageRequest[]) => Promise<void>,
): Promise<void> {
  const { plan, cells: reports, store, clients } = delivery;
  const images = builtImages(plan, reports);
  const inEngine = plan.cells.some(({ settings }) => settings.outputs.some(({ kind }) => kind === 'engine'));
  if (!inEngine || clients === undefined) {
    const source = builtSource(images, store);
    await use(images.map(({ name, cells }) => ({ name, platforms: platformsOf(cells), source })));
    return;
  }
  await fromEngine(images, { ...delivery, clients }, { options, use });
}

function platformsOf(cells: readonly CellReport[]): readonly Platform[] {
  return cells.map(({ platform }) => parsePlatform(platform));
}

interface EngineUse {
  readonly options: TransferOptions;
  readonly use: (requests: readonly ImageRequest[]) => Promise<void>;
}

/** Under arch tags alone: what the engine has under the plain name may be of an earlier build. */
async function fromEngine(
  images: readonly BuiltImage[],
  { store, clients }: Delivery & { readonly clients: SourceClients },
  { options, use }: EngineUse,
): Promise<void> {
  const spool = join(store.path, 'engine.save');
  const tags = images.flatMap((image) => tagsOf(image).map((name) => ({ name })));
  const sources = await openSources(tags, { kind: 'docker' }, { ...options, clients, spool });
  try {
    const source = sources.requests[0]?.source;
    if (source === undefined) return;
    const requests = images.map((image) => ({
      name: image.name,
      platforms: platformsOf(image.cells),
      parts: tagsOf(image),
      source,
    }));
    await use(requests);
  } finally {
    await sources.close();
    await rm(spool, { force: true });
  }
}

function tagsOf({ name, cells }: BuiltImage): readonly Reference[] {
  return cells.map(({ platform }) => archTag(name, parsePlatform(platform)));
}

async function writeFile(plan: BundlePlan, delivery: Delivery, options: TransferOptions): Promise<void> {
  const { outputs, onProgress, onOutput } = delivery;
  if (outputs.export === undefined) return;
  const { path, overwrite } = outputs.export;
  const { id, size } = await writeBundle(plan, path, {
    ...options,
    overwrite,
    allowIncomplete: outputs.allowIncomplete,
    onProgress: (event) => {
      onProgress('export', event);
    },
  });
  onOutput({ kind: 'export', path, id, size });
}

/** The newest build is what a name is to mean, so that names which exist are replaced. */
async function moveImages(plan: BundlePlan, delivery: Delivery, options: TransferOptions): Promise<void> {
  const { outputs, onProgress, onOutput } = delivery;
  const bundle = plannedContent(plan, 'the build');
  const names = builtImages(delivery.plan, delivery.cells).map(({ name }) => name);
  const move = async (
    kind: 'load' | 'push',
    target: ImageTarget,
    images: readonly Reference[],
  ): Promise<void> => {
    const { holdsIndexes } = await target.facts(options);
    const receipt = await importBundle(bundle, target, {
      ...options,
      images,
      platforms: 'all',
      archTags: holdsIndexes ? 'never' : 'auto',
      onExistingTag: 'overwrite',
      allowIncomplete: outputs.allowIncomplete,
      onProgress: (event) => {
        onProgress(kind, event);
      },
    });
    onOutput({ kind, receipt });
  };
  if (outputs.load !== undefined) await move('load', outputs.load, names);
  for (const host of new Set(outputs.push === undefined ? [] : names.map(({ registry }) => registry))) {
    const there = names.filter(({ registry }) => registry === host);
    if (outputs.push !== undefined) await move('push', outputs.push(host), there);
  }
}
