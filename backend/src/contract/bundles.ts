import { z } from 'zod';
import {
  bytes,
  cellSchema,
  digestText,
  hostPath,
  imageName,
  platformText,
  sourceSchema,
  timeMs,
} from './basics.ts';
import { treeSchema } from './images.ts';
import { importChoice } from './job-request.ts';
import { route } from './route.ts';

export const bundleImageSchema = z.object({
  name: z.string(),
  digest: digestText,
  /** `kept`: the source's own index; `subset`: fewer platforms; `assembled`: from arch tags. */
  origin: z.string(),
  source: z.string(),
});

/** A bundle's own account, from its first KiB: nothing of it is verified. */
export const bundleSchema = z.object({
  path: z.string(),
  id: digestText,
  size: bytes,
  name: z.string().exactOptional(),
  version: z.string().exactOptional(),
  created: z.string(),
  complete: z.boolean(),
  images: z.array(bundleImageSchema),
  cells: z.array(cellSchema),
  attestations: z.number().int(),
  blobs: z.number().int(),
});
export type BundleReport = z.infer<typeof bundleSchema>;

/** An export before anything is fetched. */
export const forecastSchema = z.object({
  complete: z.boolean(),
  cells: z.array(cellSchema),
  /** What would be written; `exact` is false where the source does not tell what is shared. */
  bytes,
  blobs: z.number().int().exactOptional(),
  /** What sharing saves. */
  sharedBytes: bytes.exactOptional(),
  exact: z.boolean(),
});
export type Forecast = z.infer<typeof forecastSchema>;

export const importPlanSchema = z.object({
  target: z.object({
    kind: z.string(),
    label: z.string(),
    /** Whether it keeps several platforms under one name. */
    holdsIndexes: z.boolean().exactOptional(),
    platform: z.string().exactOptional(),
  }),
  steps: z.array(
    z.object({
      image: z.string(),
      /** In the target. */
      name: z.string(),
      action: z.enum(['create', 'overwrite', 'repair', 'present', 'skip']),
      root: digestText,
      /** What the name points to before. */
      existing: digestText.exactOptional(),
    }),
  ),
  /** Wanted, and not in the bundle. */
  absent: z.array(z.object({ image: z.string(), platform: z.string(), reason: z.string() })),
});
export type ImportPlanReport = z.infer<typeof importPlanSchema>;

/** Verifying every byte, exporting and importing take long: they are jobs. */
export const bundleRoutes = {
  /** BUNDLE_INVALID (422) for what is none. */
  openBundle: route({
    method: 'POST',
    path: '/api/bundles/open',
    request: z.strictObject({ path: hostPath }),
    response: bundleSchema,
    slow: true,
  }),
  /** The tree of one of its images. */
  bundleTree: route({
    method: 'POST',
    path: '/api/bundles/tree',
    request: z.strictObject({ path: hostPath, image: imageName }),
    response: z.object({ name: z.string(), tree: treeSchema }),
    slow: true,
  }),
  forecast: route({
    method: 'POST',
    path: '/api/bundles/forecast',
    request: z.strictObject({
      images: z.array(imageName).max(10_000),
      definition: hostPath.exactOptional(),
      platforms: z.array(platformText).max(50).exactOptional(),
      from: sourceSchema.default({ kind: 'auto' }),
      attestations: z.enum(['keep', 'drop']).default('keep'),
    }),
    response: forecastSchema,
    slow: true,
  }),
  /** What an import would do. EXISTS (409) only where `onExistingTag` is `error` and a name points elsewhere. */
  importPlan: route({
    method: 'POST',
    path: '/api/bundles/import-plan',
    request: z.strictObject(importChoice),
    response: importPlanSchema,
    slow: true,
  }),
  /** Bundles that jobs made or opened, the latest first. */
  recentBundles: route({
    method: 'GET',
    path: '/api/bundles',
    request: z.object({}),
    response: z.object({
      bundles: z.array(z.object({ path: z.string(), lastUsed: timeMs, job: z.string() })),
    }),
  }),
};
