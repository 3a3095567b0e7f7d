import { z } from 'zod';
import { builderName } from './builders.ts';
import { hostPath, imageName, nothing, platformText, timeMs } from './basics.ts';
import { buildRequestSchema } from './job-request.ts';
import { route } from './route.ts';
import { toldSchema } from './told.ts';

export const definitionSchema = z.object({
  kind: z.enum(['xbundle', 'bake', 'compose', 'dockerfile']),
  path: z.string(),
  /** From the folder. */
  name: z.string(),
  /** One of those taken when none is named. */
  default: z.boolean(),
});
export type ProjectDefinition = z.infer<typeof definitionSchema>;

/** How a cell is built; `cross`: nothing is executed on the wanted platform. `unknown`: the node will tell. */
export const howSchema = z.enum(['native', 'other-node', 'cross', 'emulated', 'impossible', 'unknown']);
export type BuildHow = z.infer<typeof howSchema>;

export const plannedCellSchema = z.object({
  /** `backend@linux/arm64`. */
  id: z.string(),
  component: z.string(),
  platform: z.string(),
  /** False: only other cells need it. */
  wanted: z.boolean(),
  how: howSchema,
  node: z.string().exactOptional(),
  /** Why it is built this way; for an impossible cell, what would help. */
  reason: z.string(),
  /** Ids of cells that must be done before. */
  needs: z.array(z.string()),
  /** Arguments for `docker` that build it: for a build through the host's own CLI, or to copy. */
  command: z.array(z.string()).exactOptional(),
});
export type PlannedCell = z.infer<typeof plannedCellSchema>;

export const plannedComponentSchema = z.object({
  name: z.string(),
  images: z.array(z.string()),
  /** What builds need it for, while it runs. */
  serves: z.boolean(),
});

/** What the tab runs of a build: all chosen platforms of a component, into engine or registry. */
export const tabCommandSchema = z.strictObject({
  component: z.string().min(1).max(300),
  cells: z
    .array(z.strictObject({ id: z.string().max(600), how: howSchema }))
    .min(1)
    .max(1_000),
  /** Components that must be done before. */
  needs: z.array(z.string().max(300)).max(1_000),
  /** For `docker`. */
  args: z.array(z.string().max(100_000)).min(1).max(10_000),
});
export type TabCommand = z.infer<typeof tabCommandSchema>;

export const projectRoutes = {
  /** What a folder has that can be built. Never fails for an empty folder. */
  project: route({
    method: 'POST',
    path: '/api/projects/detect',
    request: z.strictObject({ directory: hostPath }),
    response: z.object({
      directory: z.string(),
      name: z.string(),
      definitions: z.array(definitionSchema),
    }),
    slow: true,
  }),
  /** The matrix. DEFINITION_INVALID (422) with file and line in the message. */
  plan: route({
    method: 'POST',
    path: '/api/projects/plan',
    request: z.strictObject({
      directory: hostPath,
      files: z.array(hostPath).max(20).exactOptional(),
      components: z.array(z.string()).max(1_000).exactOptional(),
      platforms: z.array(platformText).max(50).exactOptional(),
      /** For a folder with nothing but a Dockerfile. */
      tag: imageName.exactOptional(),
      builder: builderName.exactOptional(),
    }),
    response: z.object({
      name: z.string().exactOptional(),
      version: z.string().exactOptional(),
      builder: z.string(),
      driver: z.string(),
      components: z.array(plannedComponentSchema),
      platforms: z.array(z.string()),
      /** A cell stands after all that it needs. */
      cells: z.array(plannedCellSchema),
      notes: z.array(toldSchema),
    }),
    slow: true,
  }),
  /** How the host's own docker command builds it. UNSUPPORTED (501) for what only a job can build. */
  tabCommands: route({
    method: 'POST',
    path: '/api/projects/commands',
    request: z.strictObject({ build: buildRequestSchema }),
    response: z.object({ commands: z.array(tabCommandSchema) }),
    slow: true,
  }),
  /** Folders that jobs were started in, the latest first. */
  recentProjects: route({
    method: 'GET',
    path: '/api/projects',
    request: nothing,
    response: z.object({
      projects: z.array(z.object({ directory: z.string(), name: z.string(), lastUsed: timeMs })),
    }),
  }),
  forgetProject: route({
    method: 'POST',
    path: '/api/projects/forget',
    request: z.strictObject({ directory: hostPath }),
    response: nothing,
  }),
};
