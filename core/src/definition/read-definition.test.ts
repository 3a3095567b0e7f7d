import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import { familiarReference, formatPlatform, type ProgressEvent } from '../model/index.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import type { Definition } from './definition.ts';
import { parseImageList } from './image-list.ts';
import { readDefinition } from './read-definition.ts';

const scratch = await useScratchFolder();

/** A definition as text: its name, version and platforms, then one line for each image. */
function outline({ name, version, platforms, images }: Definition): readonly string[] {
  const list = (items: readonly Parameters<typeof formatPlatform>[0][] | undefined): string =>
    items === undefined ? '' : ` ${items.map(formatPlatform).join(',')}`;
  const head = `${name ?? '-'} ${version ?? '-'}${list(platforms)}`;
  return [head, ...images.map((image) => `${familiarReference(image.name)}${list(image.platforms)}`)];
}

const env = { TAG: 'v2', EMPTY: '', PATH: '/nonexistent' };

describe('readDefinition', () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      'a whole xbundle.yaml',
      'xbundle.yaml',
      `name: shop\nversion: v1\nplatforms: [linux/amd64, aarch64]\nimages:\n  - app:v1\n  - { name: r.example:5000/web:v2, platforms: arm/v7 }\n`,
      ['shop v1 linux/amd64,linux/arm64', 'app:v1', 'r.example:5000/web:v2 linux/arm/v7'],
    ],
    [
      'platforms as text',
      'release.yml',
      'platforms: "amd64, arm64"\nimages: [a]',
      ['- - linux/amd64,linux/arm64', 'a:latest'],
    ],
    [
      'a list with commas',
      'x.yaml',
      'platforms: ["amd64,arm64"]\nimages: [a]',
      ['- - linux/amd64,linux/arm64', 'a:latest'],
    ],
    ['JSON', 'xbundle.json', '{\n\t"$schema": "x",\n\t"images": ["a:1"]\n}', ['- -', 'a:1']],
    ['JSON without a telling name', 'release', '{"images": ["a:1"]}', ['- -', 'a:1']],
    [
      'anchors',
      'x.yaml',
      'platforms: &p [amd64]\nimages:\n - {name: a, platforms: *p}',
      ['- - linux/amd64', 'a:latest linux/amd64'],
    ],
    [
      'tags of components',
      'x.yaml',
      'components:\n a: {context: a, tags: [a:1, b:1], platforms: arm64}\n c: {tags: "c:${NONE:-1}", contexts: {base: target:d}}\n d: {}',
      ['- -', 'a:1 linux/arm64', 'b:1 linux/arm64', 'c:1'],
    ],
    ['tags of named components', 'x.yaml', 'components:\n  web: {tags: a:1}', ['- -', 'a:1']],
    ['images before components', 'x.yaml', 'images: [a:1]\ncomponents: {b: {tags: b:1}}', ['- -', 'a:1']],
    [
      'an image twice',
      'x.yaml',
      'images:\n - {name: a, platforms: amd64}\n - {name: docker.io/library/a:latest, platforms: [arm64, amd64]}',
      ['- -', 'a:latest linux/amd64,linux/arm64'],
    ],
    [
      'an image twice, once with the common platforms',
      'x.yaml',
      'platforms: amd64\nimages: [a, {name: a, platforms: arm64}]',
      ['- - linux/amd64', 'a:latest linux/amd64,linux/arm64'],
    ],
    [
      'an image twice, once with any platform',
      'x.yaml',
      'images: [a, {name: a, platforms: arm64}]',
      ['- -', 'a:latest linux/arm64'],
    ],
    ['an image twice without platforms', 'x.yaml', 'images: [a, a]', ['- -', 'a:latest']],
    [
      'a list',
      'images.txt',
      '\uFEFF# all\r\n\r\napp:v1 amd64,linux/arm64  # two\r\n  web:v1\r\nc arm64 amd64\n',
      ['- -', 'app:v1 linux/amd64,linux/arm64', 'web:v1', 'c:latest linux/arm64,linux/amd64'],
    ],
    ['a list of old line ends', 'images', 'a\rb', ['- -', 'a:latest', 'b:latest']],
    [
      'a compose file',
      'compose.yaml',
      'x-b: &b { build: { context: ., platforms: [linux/amd64, linux/arm64] } }\nservices:\n  a: { <<: *b, image: "a:${TAG}" }\n  b: { image: b, platform: linux/arm64, profiles: [debug] }\n  c: { image: b, build: . }\n  d: { image: "a:v2", platform: arm/v7 }\n',
      ['- -', 'a:v2 linux/amd64,linux/arm64,linux/arm/v7', 'b:latest linux/arm64'],
    ],
    [
      'a compose file by its content',
      'stack.yml',
      'services: { a: { image: "a:${NONE:-1}" } }',
      ['- -', 'a:1'],
    ],
    ['a compose file of JSON', 'stack.json', '{"services": {"a": {"image": "a"}}}', ['- -', 'a:latest']],
    [
      'a bake file',
      'docker-bake.json',
      JSON.stringify({
        group: { default: { targets: ['a'] } },
        target: {
          base: { platforms: ['linux/amd64', 'linux/arm64'] },
          own: { platforms: ['linux/s390x'] },
          a: { inherits: 'base', tags: ['a:1', 'r.example/a:1'] },
          b: { inherits: ['base', 'own'], tags: ['b:1'] },
          c: { inherits: ['a'], platforms: ['linux/arm64'] },
        },
      }),
      ['- -', 'a:1 linux/amd64,linux/arm64', 'r.example/a:1 linux/amd64,linux/arm64', 'b:1 linux/s390x'],
    ],
    ['a bake file by its content', 'x.json', '{"target": {"a": {"tags": ["a:1"]}}}', ['- -', 'a:1']],
  ])('reads %s', async (title, ...[name, text, expected]) => {
    const found = outline(await readDefinition(await scratch.saveAs(name, text), { env }));
    // The target "c" shares the tags of "a", so it adds its platform, which "a" has already.
    expect(found, title).toEqual(expected);
  });

  it('finds variables of a compose file in the .env file beside it, the environment first', async () => {
    const path = await scratch.saveAs('compose.yaml', 'services: { a: { image: "a:${TAG}-${OTHER}" } }');
    await writeFile(join(path, '..', '.env'), 'TAG=v1\nOTHER="x"\n');
    expect(outline(await readDefinition(path, { env }))).toEqual(['- -', 'a:v2-x']);
  });

  it('tells of bake targets without tags', async () => {
    const events: ProgressEvent[] = [];
    const path = await scratch.saveAs('docker-bake.json', '{"target": {"lint": {}, "a": {"tags": ["a"]}}}');
    await readDefinition(path, { onProgress: (event) => events.push(event) });
    expect(events).toMatchObject([{ type: 'note', message: expect.stringContaining('lint') as string }]);
  });
});

describe('parseImageList', () => {
  it('reads any text or says what is wrong with it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        try {
          expect(parseImageList(text, 'list').images.length).toBeGreaterThan(0);
        } catch (error) {
          expect(isXbundleError(error, 'DEFINITION_INVALID')).toBe(true);
        }
      }),
    );
  });
});
