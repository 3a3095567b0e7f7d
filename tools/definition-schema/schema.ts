import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { xbundleSchema } from '../../core/src/definition/xbundle-schema.ts';

export const schemaPath: string = fileURLToPath(new URL('../../docs/xbundle.schema.json', import.meta.url));

/** The text of docs/xbundle.schema.json. */
export async function definitionSchema(): Promise<string> {
  const schema = z.toJSONSchema(xbundleSchema, { target: 'draft-2020-12', io: 'input' });
  return format(JSON.stringify(schema), { ...(await resolveConfig(schemaPath)), filepath: schemaPath });
}
