import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseArchitecture, type AllowRule } from '../arch/index.ts';
import { onPath } from '../files/index.ts';
import { parseStrictJson, parseWith } from '../model/index.ts';

const architecture = z.string().transform((name, { issues }) => {
  const known = parseArchitecture(name);
  if (known === undefined) issues.push({ code: 'custom', input: name, message: 'is no architecture' });
  return known ?? name;
});

const schema = z
  .array(
    z.strictObject({
      path: z.string().min(1).max(4096),
      arch: z.exactOptional(architecture),
      reason: z.string().min(1).max(1024),
    }),
  )
  .max(1000);

/**
 * Reads rules for files that may be foreign: a JSON list of `{"path", "arch", "reason"}`. Throws FILE_SYSTEM or
 * DEFINITION_INVALID.
 */
export async function readAllowFile(path: string): Promise<readonly AllowRule[]> {
  const bytes = await onPath('reading', path, () => readFile(path));
  const rules = parseWith(schema, parseStrictJson(bytes, path), { what: path, code: 'DEFINITION_INVALID' });
  return rules.map(({ path: pattern, arch, reason }) => ({
    path: pattern,
    reason,
    ...(arch !== undefined && { architecture: arch }),
  }));
}
