import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { definitionReader } from '../../testing/files/definition-folder.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());
const read = definitionReader(() => scratch);

/** An environment whose docker prints this, and says where it ran with which arguments. */
async function dockerThatPrints(bake: unknown): Promise<Readonly<Record<string, string>>> {
  const folder = scratch.fresh();
  await mkdir(folder);
  const script = `const bake = ${JSON.stringify(bake)};
bake.target.asked = { args: { cwd: process.cwd(), argv: JSON.stringify(process.argv.slice(2)) } };
console.log(JSON.stringify(bake));`;
  await writeFile(join(folder, 'docker'), `#!${process.execPath}\n${script}`);
  await chmod(join(folder, 'docker'), 0o755);
  return { PATH: folder };
}

describe.skipIf(process.platform === 'win32')('bake and compose files', () => {
  it('are read as buildx prints them', async () => {
    const env = await dockerThatPrints({
      group: { default: { targets: ['web', 'all'] }, all: { targets: ['api', 'asked'] } },
      target: {
        api: {
          context: 'api',
          dockerfile: 'cwd://D',
          contexts: { w: 'target:web' },
          args: { A: '$${x} %%{y} $$', B: null },
          'dockerfile-inline': 'RUN $${X}',
          secret: [{ id: 's', src: './s' }],
          ssh: [{ id: 'k', paths: ['a', 'b'] }],
          'cache-to': [{ type: 'local', dest: 'c' }],
          labels: {
            l: '$${v}',
            'xbundle.serve.port': '80',
            'xbundle.serve.path': '/up',
            'xbundle.serve.command': '["a"]',
          },
          output: [{ type: 'docker' }],
        },
        web: { context: '.', dockerfile: 'Dockerfile', tags: ['web:v1'], platforms: ['linux/arm64'] },
      },
    });
    const hcl = 'target "api" {}\n\ntarget "web" {\n}\ntarget "asked" {}';
    const request = { files: ['docker-bake.hcl'], targets: ['web', 'all'], set: ['*.args.X=a b'] };
    const { targets, selected, directory } = await read({ 'docker-bake.hcl': hcl }, request, env);
    expect(selected).toEqual(['api', 'web', 'asked']);
    expect(targets[0]).toMatchObject({
      name: 'api',
      context: `${directory}/api`,
      dockerfile: `${directory}/D`,
      args: { A: '${x} %{y} $$' },
      dockerfileInline: 'RUN ${X}',
      labels: { l: '${v}' },
      secrets: [{ id: 's', file: `${directory}/s` }],
      ssh: [{ id: 'k', paths: [`${directory}/a`, `${directory}/b`] }],
      cacheTo: [{ type: 'local', dest: `${directory}/c` }],
      contexts: { w: { kind: 'target', target: 'web' } },
      serve: { port: 80, name: 'api', path: '/up', command: ['a'] },
      place: { line: 1 },
    });
    expect(targets[1]).toMatchObject({ platforms: [{ architecture: 'arm64' }], place: { line: 3 } });
    expect(targets[2]?.args).toEqual({
      cwd: directory,
      argv: JSON.stringify([
        'buildx',
        'bake',
        '--print',
        '--progress=quiet',
        `--file=${directory}/docker-bake.hcl`,
        '--set=*.args.X=a b',
        'web',
        'all',
      ]),
    });
  });

  it('of compose have depends_on and x-xbundle besides', async () => {
    const env = await dockerThatPrints({
      target: { web: { context: 'web' }, hub_1: { context: '.' }, api: { context: '.' } },
    });
    const compose = `services:
  hub.1: {build: ., image: h, x-xbundle: {serve: {port: 8080, name: hub}}}
  db: {image: postgres}
  web: {build: web, image: w, depends_on: {hub.1: {condition: service_started}, db: {condition: service_started}}}
  api: {build: ., image: a, depends_on: [web], x-xbundle: {needs: [hub.1]}}
`;
    const { targets } = await read({ 'compose.yaml': compose }, {}, env);
    expect(targets.map(({ name, needs, place, serve }) => [name, needs, place.line, serve?.name])).toEqual([
      ['web', ['hub_1'], 4, undefined],
      ['hub_1', [], 2, 'hub'],
      ['api', ['web', 'hub_1'], 5, undefined],
      ['asked', [], undefined, undefined],
    ]);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['an attribute that is not passed on', { target: { a: { policy: [] } } }, /policy/],
    ['a target that builds nothing', { target: { a: { call: 'check' } } }, /builds nothing/],
    [
      'an unknown label for xbundle',
      { target: { a: { labels: { 'xbundle.serve.host': 'x' } } } },
      /xbundle\.serve\.host/,
    ],
    [
      'a command that is none',
      { target: { a: { labels: { 'xbundle.serve.port': '1', 'xbundle.serve.command': 'a b' } } } },
      /JSON/,
    ],
    ['a port that is none', { target: { a: { labels: { 'xbundle.serve.port': '99999' } } } }, /99999/],
    [
      'a circle',
      { target: { a: { contexts: { b: 'target:b' } }, b: { contexts: { a: 'target:a' } } } },
      /a -> b -> a/,
    ],
  ])('are refused for %s', async (title, bake, message) => {
    const env = await dockerThatPrints(bake);
    const reading = read({ 'docker-bake.hcl': 'target "a" {}' }, {}, env);
    await expect(reading, title).rejects.toMatchObject({ code: 'DEFINITION_INVALID', message });
  });
});

describe('a directory', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['xbundle.yaml', { 'xbundle.yaml': 'components: {a: {}}', 'compose.yaml': 'services: {}' }, 'a'],
    [
      'bake files when xbundle.yaml has images alone',
      { 'xbundle.yaml': 'images: [a]', 'docker-bake.hcl': '' },
      'b',
    ],
  ])('has %s', async (title, files, name) => {
    const env = await dockerThatPrints({ target: { b: {} } });
    expect((await read(files, {}, env)).targets[0]?.name, title).toBe(name);
  });

  it('with nothing to build is refused', async () => {
    await expect(read({ Dockerfile: 'FROM x' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is not searched for a list of images', async () => {
    const reading = read({ list: 'a:v1' }, { files: ['list'] });
    await expect(reading).rejects.toMatchObject({ code: 'DEFINITION_INVALID' });
  });
});
