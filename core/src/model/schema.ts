import { z } from 'zod';
import { XbundleError, type ErrorCode } from '../errors.ts';
import { descriptorShape, digestShape, type Descriptor } from './descriptor.ts';
import type { Digest } from './digest.ts';
import { formatPath, Misshapen, type Shape } from './shape.ts';

export const digestSchema: z.ZodType<Digest> = schemaOf(digestShape);

/** Unknown members are kept, so that a descriptor can be written again as it was. */
export const descriptorSchema: z.ZodType<Descriptor> = schemaOf(descriptorShape);

/** A shape as part of a schema. */
function schemaOf<T>(shape: Shape<T>): z.ZodType<T> {
  return z.unknown().transform((value, { issues }) => {
    try {
      return shape(value);
    } catch (error) {
      if (!(error instanceof Misshapen)) throw error;
      issues.push({ code: 'custom', input: value, message: error.message, path: error.path });
      return z.NEVER;
    }
  });
}

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
  throw new XbundleError(
    context.code ?? 'DOCUMENT_INVALID',
    `reading ${context.what}: ${formatPath(issue?.path ?? [])}: ${issue?.message ?? 'invalid'}`,
  );
}
