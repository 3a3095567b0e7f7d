import { z } from 'zod';
import { XbundleError } from '../errors.ts';
import type { EngineEndpoint } from './endpoint.ts';

/** Such as `1.51`; the major number has always been 1. */
export type ApiVersion = `1.${number}`;

/** The newest version this code was written against, and the oldest that has every route it needs. */
const NEWEST_MINOR = 51;
const OLDEST_MINOR = 24;

const version = z.custom<ApiVersion>((value) => typeof value === 'string' && /^1\.\d{1,4}$/.test(value));

/** What `GET /version` answers; Docker's own and Podman's service both have it, without a version in the path. */
export const versionSchema: z.ZodType<{
  ApiVersion: ApiVersion;
  MinAPIVersion?: ApiVersion | '' | null | undefined;
}> = z.looseObject({ ApiVersion: version, MinAPIVersion: z.union([version, z.literal('')]).nullish() });

/** The newest version that both sides know. Throws UNSUPPORTED when there is none. */
export function negotiateApiVersion(
  engine: z.infer<typeof versionSchema>,
  { label }: EngineEndpoint,
): ApiVersion {
  const newest = Math.min(minorOf(engine.ApiVersion), NEWEST_MINOR);
  const oldest = Math.max(minorOf(engine.MinAPIVersion || '1.0'), OLDEST_MINOR);
  if (newest >= oldest) return `1.${newest}`;
  throw new XbundleError(
    'UNSUPPORTED',
    `speaking with the engine ${label}: it has API ${engine.MinAPIVersion || '1.0'} to ${engine.ApiVersion}, want one of 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`,
  );
}

/** Whether `has` is `wanted` or newer. */
export function isAtLeast(has: ApiVersion, wanted: ApiVersion): boolean {
  return minorOf(has) >= minorOf(wanted);
}

function minorOf(text: ApiVersion | '1.0'): number {
  return Number(text.slice(2));
}
