import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { readDefinition } from './read-definition.ts';

const scratch = await useScratchFolder();

const env = { PATH: '/nonexistent' };

describe('readDefinition', () => {
  const inherits = (count: number): string =>
    JSON.stringify({
      target: Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`t${at}`, { inherits: [`t${at + 1}`, `t${at + 1}`] }]),
      ),
    });

  it.each<[string, string, string, RegExp]>([
    [
      'an unknown key',
      'xbundle.yaml',
      'name: a\nimages: [a]\nplatfroms: amd64',
      /yaml:3: platfroms: unknown "platfroms"/,
    ],
    [
      'an unknown key of an image',
      'xbundle.yaml',
      'images:\n  - a\n  - name: b\n    platform: amd64',
      /yaml:4: images\[1\]\.platform: unknown "platform", want only name, platforms/,
    ],
    [
      'a version that YAML takes for a number',
      'xbundle.yaml',
      'version: 1.10\nimages: [a]',
      /yaml:1: version: want text: put the version in quotes/,
    ],
    [
      'an image of the wrong kind',
      'xbundle.yaml',
      'images:\n  - 5',
      /yaml:2: images\[0\]: want an image name, or/,
    ],
    [
      'platforms of the wrong kind',
      'xbundle.yaml',
      'images:\n  - {name: a, platforms: [1]}',
      /yaml:2: images\[0\]\.platforms\[0\]: /,
    ],
    [
      'a bad name',
      'xbundle.yaml',
      'images:\n  - a\n  - App:v1',
      /yaml:3: image name "App:v1": a repository name is lower case/,
    ],
    [
      'a bad platform',
      'xbundle.yaml',
      'platforms:\n - arm65\nimages: [a]',
      /yaml:1: unknown platform "arm65"/,
    ],
    [
      'an empty list of platforms',
      'xbundle.yaml',
      'images: [{name: a, platforms: []}]',
      /yaml:1: the list of platforms is empty/,
    ],
    ['no image', 'xbundle.yaml', 'name: a', /names no image/],
    ['an empty file', 'xbundle.yaml', '', /xbundle\.yaml/],
    ['a scalar', 'xbundle.yaml', 'hello', /xbundle\.yaml:1: /],
    [
      'a component without tags',
      'xbundle.yaml',
      'components:\n  a: {tags: x}\n  b: {}\n  c: {tags: []}',
      /yaml:3: .*b, c$/,
    ],
    ['a bad line of a list', 'images.txt', 'a\n\nb c\n', /txt:3: unknown platform "c"/],
    ['an empty list', 'images.txt', '# nothing\n', /names no image/],
    [
      'services without an image',
      'compose.yaml',
      'services:\n  a: {image: a}\n  b: {build: .}\n  c: {build: .}',
      /yaml:3: .*b, c\. /,
    ],
    [
      'services that extend others',
      'compose.yaml',
      'services:\n  a: {extends: {file: x.yaml, service: b}}',
      /yaml:2: "extends"/,
    ],
    [
      'a compose file that includes others',
      'compose.yaml',
      'include: [a.yaml]\nservices: {a: {image: a}}',
      /yaml:1: "include"/,
    ],
    [
      'a variable that is not set',
      'compose.yaml',
      'services:\n  a:\n    image: "a:${NONE}"',
      /yaml:3: "a:\$\{NONE\}": the variable NONE is not set/,
    ],
    ['a compose file without services', 'compose.yaml', 'version: "3"', /services/],
    ['a service that is null', 'compose.yaml', 'services:\n  a:', /yaml:2: services\.a: /],
    [
      'a bake target that inherits from none',
      'docker-bake.json',
      '{"target": {\n"a": {"inherits": ["b"]}}}',
      /json:2: there is no target "b"/,
    ],
    [
      'bake targets in a circle',
      'docker-bake.json',
      '{"target": {"a": {"inherits": ["b"]}, "b": {"inherits": "a"}}}',
      /a -> b -> a/,
    ],
    ['bake targets that inherit without end', 'docker-bake.json', inherits(60), /no target "t60"/],
    [
      'bake targets that inherit over too many steps',
      'docker-bake.json',
      inherits(100),
      /more than 64 steps/,
    ],
    ['a bake file without targets', 'docker-bake.json', '{"group": {}}', /target/],
    ['text of another encoding', 'images.txt', '\u0000', /txt:1: /],
  ])('refuses %s', async (title, ...[name, text, message]) => {
    const read = readDefinition(await scratch.saveAs(name, text), { env });
    await expect(read, title).rejects.toMatchObject({ code: 'DEFINITION_INVALID', exitCode: 2 });
    await expect(read, title).rejects.toThrow(message);
  });

  it('refuses text that is not UTF-8, as PowerShell writes it', async () => {
    const path = await scratch.saveAs('images.txt', Buffer.from('\uFEFFapp:v1\r\n', 'utf16le'));
    await expect(readDefinition(path)).rejects.toMatchObject({ code: 'DEFINITION_INVALID' });
  });

  it('refuses a file over the limit without reading it to its end', async () => {
    await expect(readDefinition('/dev/zero')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('refuses more images than a bundle holds', async () => {
    const path = await scratch.saveAs('images.txt', 'a\n'.repeat(LIMITS.imagesPerBundle + 1));
    await expect(readDefinition(path)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it.each([['/nonexistent/xbundle.yaml'], ['/']])('cannot read %s', async (path) => {
    await expect(readDefinition(path)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  });

  it('stops when asked to', async () => {
    const path = await scratch.saveAs('xbundle.yaml', 'images: [a]');
    const read = readDefinition(path, { signal: AbortSignal.abort() });
    await expect(read).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
