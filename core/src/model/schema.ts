import { z } from 'zod';
import { XbundleError, type ErrorCode } from '../errors.ts';
import { isDigest, type Digest } from './digest.ts';
import type { Descriptor } from './descriptor.ts';

export const digestSchema: z.ZodType<Digest> = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'want sha256:<64 lower-case hex> or sha512:<128 lower-case hex>',
);

/** A size in bytes: a whole number that a double holds exactly. */
export const sizeSchema: z.ZodType<number> = z
  .number()
  .refine((size) => Number.isSafeInteger(size) && size >= 0, 'want a whole number of bytes from 0 to 2^53-1');

/**
 * One part of a platform. No slash, colon or plus: `{os: 'linux/arm', architecture: 'v7'}` must not be formatted
 * as the cell linux/arm/v7. No control character: platforms are printed.
 */
export const platformPartSchema: z.ZodType<string> = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{0,128}$/, 'want at most 128 letters, digits, "_", "." or "-"');

export const PLATFORM_KEYS: readonly string[] = [
  'os',
  'architecture',
  'variant',
  'os.version',
  'os.features',
];

const platformSchema = z.looseObject({
  os: platformPartSchema,
  architecture: platformPartSchema,
  variant: z.exactOptional(platformPartSchema),
  'os.version': z.exactOptional(platformPartSchema),
  'os.features': z.exactOptional(z.array(platformPartSchema).max(64)),
});

/** Unknown members are kept, so that a descriptor can be written again as it was. */
export const descriptorSchema: z.ZodType<Descriptor> = z.looseObject({
  mediaType: z.string().min(1).max(255),
  digest: digestSchema,
  size: sizeSchema,
  platform: z.exactOptional(platformSchema),
  annotations: z.exactOptional(z.record(z.string(), z.string())),
  artifactType: z.exactOptional(z.string().max(255)),
  urls: z.exactOptional(z.array(z.string())),
});

/**
 * Checks a parsed value against a schema. The error names the document, the first wrong member and what was
 * wanted there; its code is DOCUMENT_INVALID unless the caller says otherwise.
 */
export function parseWith<T>(
  schema: z.ZodType<T>,
  value: unknown,
  context: { what: string; code?: ErrorCode },
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path =
    issue?.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('') ?? '';
  const where = path === '' ? 'the document' : path.replace(/^\./, '');
  throw new XbundleError(
    context.code ?? 'DOCUMENT_INVALID',
    `reading ${context.what}: ${where}: ${issue?.message ?? 'invalid'}`,
  );
}
