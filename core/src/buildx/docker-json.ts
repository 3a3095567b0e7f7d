import type { z } from 'zod';
import { XbundleError } from '../errors.ts';
import { parseWith } from '../model/index.ts';

/** Reads JSON that a docker command wrote. Throws REMOTE_INVALID, naming the command. */
export function parseDockerJson<T>(schema: z.ZodType<T>, text: string, command: string): T {
  const what = `the output of "docker ${command}"`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new XbundleError('REMOTE_INVALID', `reading ${what}: it is not JSON`, { cause });
  }
  return parseWith(schema, value, { what, code: 'REMOTE_INVALID' });
}
