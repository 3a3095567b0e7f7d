/**
 * Writes docs/xbundle.schema.json, the JSON Schema of `xbundle.yaml`, from the schema that reads it:
 * `node tools/run.mjs tools/definition-schema.ts`. A unit test fails when the file is not what this writes.
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { definitionSchema, schemaPath } from './definition-schema/schema.ts';

await writeFile(schemaPath, await definitionSchema());
process.stdout.write(`wrote ${schemaPath}\n`);
