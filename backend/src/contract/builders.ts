import { z } from 'zod';
import { nothing, platformText } from './basics.ts';
import { route } from './route.ts';

export const builderName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,127}$/, 'a builder name starts with a letter');

export const builderNodeSchema = z.object({
  name: z.string(),
  endpoint: z.string(),
  /** `running`, `inactive`, `stopped`, `error`, or what else buildx calls it. */
  status: z.string(),
  /** Of its BuildKit. */
  version: z.string().exactOptional(),
  /** Platforms it was made for; buildx prefers it for these. */
  fixed: z.array(z.string()).exactOptional(),
  native: z.array(z.string()),
  emulated: z.array(z.string()),
  error: z.string().exactOptional(),
});

export const builderSchema = z.object({
  name: z.string(),
  driver: z.string(),
  /** Builds go to it when none is named. */
  current: z.boolean(),
  /** Of the engine, where a node is the BuildKit inside one. */
  store: z.enum(['containerd', 'classic']).exactOptional(),
  features: z.object({
    multiPlatform: z.boolean(),
    ociExporter: z.boolean(),
    dockerExporter: z.boolean(),
    attestations: z.boolean(),
    cacheExport: z.boolean(),
    loadsByDefault: z.boolean(),
  }),
  error: z.string().exactOptional(),
  nodes: z.array(builderNodeSchema),
});
export type BuilderReport = z.infer<typeof builderSchema>;
export type BuilderNodeReport = z.infer<typeof builderNodeSchema>;

/** A node that a builder is to get. */
export const nodeRequestSchema = z.strictObject({
  /** None: all it can execute. */
  platforms: z.array(platformText).max(50),
  /** A docker context, `ssh://…`, `tcp://…`, `unix://…`; absent: where the driver puts it. */
  endpoint: z.string().min(1).max(1_000).exactOptional(),
});

/** Creating and appending pull and start BuildKit, which takes long: they are jobs (`builder-create`). */
export const builderRoutes = {
  builders: route({
    method: 'GET',
    path: '/api/builders',
    request: nothing,
    response: z.object({ builders: z.array(builderSchema) }),
    slow: true,
  }),
  useBuilder: route({
    method: 'PUT',
    path: '/api/builders/:name/current',
    request: z.strictObject({ name: builderName }),
    response: nothing,
  }),
  removeBuilder: route({
    method: 'DELETE',
    path: '/api/builders/:name',
    request: z.strictObject({ name: builderName }),
    response: nothing,
  }),
};
