import { z } from 'zod';

/**
 * What one response may weigh, in bytes of JSON: Docker Desktop's `vm.service` has no streaming, and its limits are
 * not documented. Lists are cut into pages below it.
 */
export const RESPONSE_BYTES = 900_000;

/** How long a request may take: what takes longer answers 202 and is asked again, see `pendingSchema`. */
export const RESPONSE_MS = 8_000;

/** The longest `waitMs` of a request that waits for something new. */
export const WAIT_MS = 5_000;

export const DEFAULT_PAGE = 100;
export const MAX_PAGE = 1_000;

/** `linux/arm64`, as `formatPlatform` writes it. */
export const platformText = z.string().min(1).max(200);
export const imageName = z.string().min(1).max(600);
export const digestText = z.string().regex(/^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);
/** Of the machine that the user sits at: in Docker Desktop a path of the host, Windows paths included. */
export const hostPath = z
  .string()
  .min(1)
  .max(4_096)
  .refine((path) => !path.includes('\0'), 'it holds a NUL');
/** Milliseconds since 1970. */
export const timeMs = z.number().int().nonnegative();
export const bytes = z.number().nonnegative();

/** Numbers and switches of a query string. A client passes them as what they are. */
export const queryNumber = z.coerce.number<number>().int().nonnegative();
export const queryFlag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);

/** What every failed request answers, with a fitting status. `code` is one of core's error codes. */
export const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export type ErrorBody = z.infer<typeof errorSchema>;

/** A failure that is part of an answer. */
export const failureSchema = z.object({ code: z.string(), message: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/**
 * A docker command that only the tab can run, because it names paths of the host: arguments for `docker`, to be
 * run once. It starts a labelled container and returns at once. Its outcome is told by `hostCommandDone`.
 */
export const hostCommandSchema = z.object({ id: z.string(), args: z.array(z.string()) });
export type HostCommand = z.infer<typeof hostCommandSchema>;

/**
 * The body of a 202: the answer takes longer than a request may. Send the very same request again, at once; it
 * waits. Work that nobody asks for during 30 s is given up. With `run`: run that first, once for each id.
 */
export const pendingSchema = z.object({
  pending: z.object({
    sinceMs: z.number().nonnegative(),
    /** What is being done, for people. */
    message: z.string().exactOptional(),
    run: hostCommandSchema.exactOptional(),
  }),
});
export type Pending = z.infer<typeof pendingSchema>;

export const nothing = z.object({});

/** Where images are read from. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['auto', 'registry', 'docker']) }),
  z.strictObject({ kind: z.enum(['oci', 'docker-archive']), path: hostPath }),
]);
export type Source = z.infer<typeof sourceSchema>;

/** One image for one platform, as export, verify, build and receipts report it. */
export const cellSchema = z.object({
  image: z.string(),
  platform: z.string(),
  state: z.enum(['present', 'missing', 'wrong']),
  reason: z.string().exactOptional(),
  digest: digestText.exactOptional(),
  config: digestText.exactOptional(),
  /** Manifest, config and layers together, in bytes. */
  size: bytes.exactOptional(),
  archTag: z.string().exactOptional(),
  /** In a receipt: the target's name that leads to it. */
  name: z.string().exactOptional(),
});
export type CellReport = z.infer<typeof cellSchema>;
