import { z } from 'zod';
import { bytes, failureSchema, hostCommandSchema, nothing, timeMs } from './basics.ts';
import { route } from './route.ts';
import { toldSchema } from './told.ts';

/** Something that may be there, or why it is not. */
const toolSchema = z.object({ version: z.string().exactOptional(), error: failureSchema.exactOptional() });

export const factsSchema = z.object({
  /** Of xbundle. */
  version: z.string(),
  /** `desktop`: the extension; paths are the host's and only the tab can open them. `local`: `xbundle ui`. */
  host: z.enum(['desktop', 'local']),
  /** `local` only: the folder that the folder chooser does not leave. */
  root: z.string().exactOptional(),
  engine: z
    .object({
      version: z.string(),
      apiVersion: z.string(),
      /** A classic store holds one platform of an image; builds then end in arch tags. */
      store: z.enum(['containerd', 'classic']),
      /** What runs without emulation. */
      platform: z.string(),
      freeBytes: bytes.exactOptional(),
    })
    .exactOptional(),
  /** Why there is no `engine`. */
  engineError: failureSchema.exactOptional(),
  docker: toolSchema,
  buildx: toolSchema,
  jobs: z.object({
    /** How jobs run. `process` in the extension means that helper containers may not mount the engine's socket. */
    runner: z.enum(['container', 'process']),
    /** To be told to the user, when jobs do not run as they should. */
    note: toldSchema.exactOptional(),
    /** Who starts job containers: `tab` has to run `HostCommand`s. */
    startedBy: z.enum(['backend', 'tab']),
  }),
  /** Once, after a start that had to set a damaged history aside: what was done, for people. */
  notices: z.array(z.object({ id: z.string(), time: timeMs, message: z.string() })),
});
export type Facts = z.infer<typeof factsSchema>;

export const factsRoutes = {
  facts: route({ method: 'GET', path: '/api/facts', request: nothing, response: factsSchema, slow: true }),
  /** The user has read a notice. */
  dismissNotice: route({
    method: 'DELETE',
    path: '/api/notices/:id',
    request: z.strictObject({ id: z.string().max(100) }),
    response: nothing,
  }),
  /** Docker commands that the tab still has to run, in their order: those of jobs that wait for their start. */
  hostCommands: route({
    method: 'GET',
    path: '/api/host-commands',
    request: nothing,
    response: z.object({ commands: z.array(hostCommandSchema) }),
  }),
  /** How a `HostCommand` ended; `stdout` of `docker run -d` is the container's id. */
  hostCommandDone: route({
    method: 'POST',
    path: '/api/host-commands/:id',
    request: z.strictObject({
      id: z.string().max(100),
      exitCode: z.number().int(),
      stdout: z.string().max(10_000),
      stderr: z.string().max(10_000),
    }),
    response: nothing,
  }),
};
