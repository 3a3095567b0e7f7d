import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { definitionReader } from '../../testing/files/definition-folder.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());
const read = definitionReader(() => scratch);

describe('xbundle.yaml', () => {
  it.each([
    ['no components', 'images: [a]', /no components/],
    [
      'an unknown key',
      'components:\n  a:\n    tag: x',
      /yaml:3: components\.a\.tag: unknown "tag", want only context/,
    ],
    ['a bad name', 'components:\n  "a/b": {}', /yaml:2: /],
    [
      'a number as an argument',
      'components:\n  a:\n    args: {V: 1.20}',
      /yaml:3: components\.a\.args\.V: .*quotes/,
    ],
    ['a bad port', 'components:\n  a:\n    serve: {port: 0}', /yaml:3: components\.a\.serve\.port/],
    ['a need of nothing', 'components:\n  a: {needs: x}', /yaml:2: a needs "x"/],
    ['a context of nothing', 'components:\n  a: {contexts: {b: "target:x"}}', /yaml:2: a needs "x"/],
    [
      'a circle',
      'components:\n  a: {needs: b}\n  b: {contexts: {x: "target:c"}}\n  c: {needs: [a]}',
      /yaml:2: .*a -> b -> c -> a/,
    ],
    ['a component that needs itself', 'components:\n  a: {}\n  b: {needs: b}', /yaml:3: .*b -> b/],
    [
      'an image of two components',
      'components:\n  a: {tags: x}\n  b: {tags: "docker.io/library/x:latest"}',
      /yaml:3: a and b both make/,
    ],
    [
      'a host of two services',
      'components:\n  a: {serve: {port: 1, name: h}}\n  b: {serve: {port: 1, name: h}}',
      /yaml:3: a and b both serve/,
    ],
    ['a tag with a digest', `components:\n  a: {tags: "x@sha256:${'0'.repeat(64)}"}`, /yaml:2: /],
    ['a bad tag', 'components:\n  a: {tags: X}', /yaml:2: .*lower case/],
    ['a bad platform', 'components:\n  a: {platforms: arm65}', /yaml:2: .*arm65/],
    ['a secret without an id', 'components:\n  a: {secrets: ["src=x"]}', /yaml:2: .*secret/],
    ['a secret with a stranger', 'components:\n  a: {secrets: ["id=a,mode=1"]}', /yaml:2: .*"mode"/],
    ['a cache without a type', 'components:\n  a: {cache-to: ["dest=x"]}', /yaml:2: .*type=/],
    ['an attestation without a type', 'components:\n  a: {attest: ["mode=max"]}', /yaml:2: .*attest/],
    ['an argument name with "="', 'components:\n  a: {args: {"A=B": x}}', /yaml:2: .*"A=B"/],
    ['an address that is none', 'components:\n  a: {extra-hosts: {h: "1,2"}}', /yaml:2: .*address/],
    [
      'a key path with a comma',
      'components:\n  a: {context: "/x", ssh: ["k="]}\n  b: {args: {A: "\\0"}}',
      /yaml:3: .*NUL/,
    ],
    ['a variable that is not set', 'components:\n  a:\n    tags: "x:${NOT_SET}"', /yaml:3: .*NOT_SET/],
  ])('refuses %s', async (title, text, message) => {
    const reading = read({ 'xbundle.yaml': text }, { files: ['xbundle.yaml'] });
    await expect(reading, title).rejects.toMatchObject({ code: 'DEFINITION_INVALID', message });
  });

  it('refuses an argument that no process can get', async () => {
    const reading = read({ 'xbundle.yaml': `components:\n  a: {args: {A: ${'x'.repeat(140_000)}}}` });
    await expect(reading).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('refuses more components than there may be', async () => {
    const names = Array.from({ length: 1001 }, (_, at) => `  c${at}: {}`);
    const reading = read({ 'xbundle.yaml': `components:\n${names.join('\n')}` });
    await expect(reading).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
