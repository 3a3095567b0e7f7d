import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parseBundleIndex, serializeBundleIndex } from '../core/src/bundle/format/format.ts';
import { judgeIndex } from '../core/src/bundle/verify/judge-index.ts';
import { mapBundle } from '../core/src/bundle/format/front-matter.ts';
import { digestOf } from '../core/src/content/index.ts';

it('the example of docs/format.md is an xbundle.json as it is written and read', async () => {
  const page = await readFile(new URL('../docs/format.md', import.meta.url), 'utf8');
  const example = /```json\n([^]*?)```/.exec(page)?.[1] ?? '';
  const bytes = Buffer.from(example);
  const index = parseBundleIndex(bytes, 'docs/format.md');
  expect(Buffer.from(serializeBundleIndex(index)).toString()).toBe(example);
  const head = { index, indexBytes: bytes, id: digestOf(bytes), map: mapBundle(index, bytes.byteLength) };
  expect(judgeIndex(head)).toEqual([]);
});
