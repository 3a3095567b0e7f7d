import { XbundleError } from '@xbundle/core';
import { z } from 'zod';
import { bundleImageSchema, cellSchema, treeSchema, type CellReport, type ResponseOf } from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import type { Call } from '../http/slow-answers.ts';
import type { JobRecord } from '../jobs/store/job-record.ts';
import type { Places } from '../jobs/command/places.ts';
import { recentPlaces } from '../projects/recent-places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { forecast } from './forecast.ts';
import { importPlan } from './import-plan.ts';

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
