import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { definitionSchema, schemaPath } from './schema.ts';

it('docs/xbundle.schema.json is what the reader of xbundle.yaml accepts', async () => {
  const written = await readFile(schemaPath, 'utf8');
  expect(written, 'run: node tools/run.mjs tools/definition-schema.ts').toBe(await definitionSchema());
});
