import {
  findEngineImage,
  formatPlatform,
  formatReference,
  mapConcurrent,
  parsePlatforms,
  parseReference,
  satisfies,
  XbundleError,
} from '@xbundle/core';
import { z } from 'zod';
import {
  bundleImageSchema,
  cellSchema,
  treeSchema,
  type CellReport,
  type Forecast,
  type ParsedRequestOf,
  type ResponseOf,
} from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import type { Call } from '../http/slow-answers.ts';
import { exportArgs, importArgs } from '../jobs/job-command.ts';
import type { JobRecord } from '../jobs/job-record.ts';
import type { Places } from '../jobs/places.ts';
import { recentPlaces } from '../projects/recent-places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';

type BundleHandlers = Pick<
  Handlers,
  'openBundle' | 'bundleTree' | 'forecast' | 'importPlan' | 'recentBundles'
>;

export function bundleHandlers(services: Services): BundleHandlers {
  return {
    openBundle: ({ path }, call) => openBundle(path, services, call),
    bundleTree: async ({ path, image }, call) => {
      const { trees } = await inspect(path, services, call);
      const found = trees.find(({ name }) => name === image);
      if (found === undefined) throw new XbundleError('NOT_FOUND', `${path} has no image ${image}`);
      return { name: found.name, tree: found.tree };
    },
    forecast: (request, call) => forecast(request, services, call),
    importPlan: (request, call) => importPlan(request, services, call),
    recentBundles: async () => ({
      bundles: (await recentPlaces(services.store, bundleOf)).map(({ path, lastUsed, job }) => ({
        path,
        lastUsed,
        job,
      })),
    }),
  };
}

function bundleOf({ request, summary }: JobRecord): string | undefined {
  return request.kind === 'verify' || request.kind === 'import' ? request.bundle : summary.bundle?.path;
}

const descriptor = z.looseObject({ digest: z.string() });

const inspectedSchema = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  version: z.string().optional(),
  created: z.string(),
  complete: z.boolean(),
  bytes: z.number(),
  blobs: z.number(),
  images: z.array(
    z.looseObject({
      name: z.string(),
      root: descriptor,
      origin: z.string(),
      source: z.looseObject({ kind: z.string(), reference: z.string() }),
    }),
  ),
  cells: z.array(
    z.looseObject({
      image: z.string(),
      platform: z.string(),
      state: z.enum(['present', 'missing', 'wrong']),
      reason: z.string().optional(),
      manifest: descriptor.optional(),
      config: descriptor.optional(),
      size: z.number().optional(),
      archTag: z.string().optional(),
    }),
  ),
  attestations: z.array(z.unknown()),
  trees: z.array(z.looseObject({ name: z.string(), tree: treeSchema })),
});
type Inspected = z.infer<typeof inspectedSchema>;

function inspect(path: string, { tasks }: Services, call: Call): Promise<Inspected> {
  const args = (places: Places): readonly string[] => ['inspect', '--json', '--', places.input(path)];
  const question = { what: 'opening the bundle', needsEngine: false, args };
  return askCli(tasks, question, { schema: inspectedSchema, call });
}

async function openBundle(path: string, services: Services, call: Call): Promise<ResponseOf<'openBundle'>> {
  const found = await inspect(path, services, call);
  const { id, name, version, created, complete, bytes, blobs, images, cells, attestations } = found;
  return {
    path,
    id,
    size: bytes,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    created,
    complete,
    images: images.map((image) =>
      bundleImageSchema.parse({
        name: image.name,
        digest: image.root.digest,
        origin: image.origin,
        source: `${image.source.kind} ${image.source.reference}`,
      }),
    ),
    cells: cells.map(cellReport),
    attestations: attestations.length,
    blobs,
  };
}

function cellReport({ manifest, config, ...cell }: Inspected['cells'][number]): CellReport {
  return cellSchema.parse({
    ...withoutUndefined(cell),
    ...(manifest !== undefined && { digest: manifest.digest }),
    ...(config !== undefined && { config: config.digest }),
  });
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}

const forecastSchema = z.looseObject({
  complete: z.boolean(),
  fetch: z.looseObject({ blobs: z.number(), bytes: z.number(), sharedBytes: z.number() }),
  cells: z.array(cellSchema),
});

/**
 * The dry run of an export; of images of the engine an estimate from what it says by itself, because a dry run
 * would have it save all of them.
 */
async function forecast(
  request: ParsedRequestOf<'forecast'>,
  services: Services,
  call: Call,
): Promise<Forecast> {
  if (request.from.kind === 'docker' && request.definition === undefined)
    return estimate(request, services, call);
  const args = (places: Places): readonly string[] => [
    'export',
    '--dry-run',
    '--json',
    '--quiet',
    ...exportArgs(request, places),
  ];
  const needsEngine = request.from.kind === 'auto' || request.from.kind === 'docker';
  const question = { what: 'asking for sizes', needsEngine, args };
  const { complete, cells, fetch } = await askCli(services.tasks, question, { schema: forecastSchema, call });
  return {
    complete,
    cells,
    bytes: fetch.bytes,
    blobs: fetch.blobs,
    sharedBytes: fetch.sharedBytes,
    exact: true,
  };
}

async function estimate(
  { images, platforms = [] }: ParsedRequestOf<'forecast'>,
  { clients }: Services,
  { signal }: Call,
): Promise<Forecast> {
  const engine = await clients.engine();
  const wanted = parsePlatforms(platforms);
  const found = await mapConcurrent(images, { jobs: 8, signal }, async (text, inner) => {
    const name = parseReference(text);
    const image = await findEngineImage(engine, name, { signal: inner });
    const have = image?.cells ?? [];
    const asked = wanted.length === 0 ? have.map(({ platform }) => platform) : wanted;
    return asked.map((platform) => {
      const cell = have.find((each) => satisfies(each.platform, platform));
      const isThere = cell?.complete === true;
      return cellSchema.parse({
        image: formatReference(name),
        platform: formatPlatform(platform),
        state: isThere ? 'present' : 'missing',
        ...(!isThere && { reason: 'the engine does not have it' }),
        ...(cell?.manifest !== undefined && { digest: cell.manifest }),
        ...(cell?.size !== undefined && { size: cell.size }),
      });
    });
  });
  const cells = found.flat();
  return {
    complete: cells.length > 0 && cells.every(({ state }) => state === 'present'),
    cells,
    bytes: cells.reduce((sum, { size }) => sum + (size ?? 0), 0),
    exact: false,
  };
}

const importPlanSchema = z.looseObject({
  target: z.looseObject({
    kind: z.string(),
    label: z.string(),
    holdsIndexes: z.boolean().optional(),
    platform: z.unknown().optional(),
  }),
  steps: z.array(
    z.looseObject({
      image: z.string(),
      name: z.string(),
      action: z.enum(['create', 'overwrite', 'repair', 'present', 'skip']),
      root: z.string(),
      existing: z.string().optional(),
    }),
  ),
  absent: z.array(z.looseObject({ image: z.string(), platform: z.string(), reason: z.string() })),
});

async function importPlan(
  request: ParsedRequestOf<'importPlan'>,
  { tasks }: Services,
  call: Call,
): Promise<ResponseOf<'importPlan'>> {
  const args = (places: Places): readonly string[] => [
    'import',
    '--dry-run',
    '--json',
    '--quiet',
    ...importArgs(request, places),
  ];
  const question = {
    what: 'verifying the bundle and asking the target',
    needsEngine: request.to.kind === 'docker',
    args,
  };
  const { target, steps, absent } = await askCli(tasks, question, { schema: importPlanSchema, call });
  const { kind, label, holdsIndexes } = target;
  return {
    target: { kind, label, ...(holdsIndexes !== undefined && { holdsIndexes }) },
    steps: steps.map(({ image, name, action, root, existing }) => ({
      image,
      name,
      action,
      root,
      ...(existing !== undefined && { existing }),
    })),
    absent: absent.map(({ image, platform, reason }) => ({ image, platform, reason })),
  };
}
