import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPlatform, formatReference } from '../../model/index.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import { definitionReader } from '../../testing/files/definition-folder.ts';
import type { BuildTarget } from '../target.ts';
import type { BuildRequest } from './read-build-definition.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());
const read = definitionReader(() => scratch);

async function readOne(component: string, env: Readonly<Record<string, string>> = {}): Promise<BuildTarget> {
  const { targets } = await read({ 'xbundle.yaml': `components:\n  app: ${component}\n` }, {}, env);
  if (targets[0] === undefined) throw new Error('no component');
  return targets[0];
}

describe('xbundle.yaml', () => {
  it('says all that a build can be told', async () => {
    const target = await readOne(
      JSON.stringify({
        context: 'src',
        dockerfile: '../D f',
        target: 'final',
        tags: 'app:v1',
        platforms: ['amd64', 'arm/v7'],
        args: { A: 'x y', B: '$$C' },
        labels: { l: 'v' },
        annotations: ['k=v'],
        contexts: { base: 'docker-image://alpine', other: './o', self: 'https://example.com/x.git' },
        secrets: ['id=a,"src=s,1"', { id: 'b', env: 'TOKEN' }, 'id=c,type=env,src=V', { id: 'd' }],
        ssh: ['default', 'k=keys/a,/b'],
        'cache-from': ['r.example/c:x', 'type=local,src=cache'],
        'cache-to': [{ type: 'local', dest: 'cache' }],
        network: 'host',
        'extra-hosts': { h: '10.0.0.1' },
        'shm-size': '64m',
        ulimits: ['nofile=1:2'],
        entitlements: ['network.host'],
        attest: ['type=provenance,mode=max', { type: 'sbom' }],
        'no-cache': true,
        'no-cache-filter': ['x'],
        pull: true,
        serve: { port: 8080, path: '/ready', timeout: 1.5, command: ['a', 'b'] },
      }),
    );
    const directory = target.place.file.replace('/xbundle.yaml', '');
    expect({
      ...target,
      tags: target.tags.map(formatReference),
      platforms: target.platforms?.map(formatPlatform),
    }).toEqual({
      name: 'app',
      tags: ['docker.io/library/app:v1'],
      platforms: ['linux/amd64', 'linux/arm/v7'],
      context: `${directory}/src`,
      dockerfile: `${directory}/D f`,
      stage: 'final',
      args: { A: 'x y', B: '$C' },
      labels: { l: 'v' },
      annotations: ['k=v'],
      contexts: {
        base: { kind: 'value', value: 'docker-image://alpine' },
        other: { kind: 'value', value: `${directory}/o` },
        self: { kind: 'value', value: 'https://example.com/x.git' },
      },
      secrets: [
        { id: 'a', file: `${directory}/s,1` },
        { id: 'b', env: 'TOKEN' },
        { id: 'c', env: 'V' },
        { id: 'd' },
      ],
      ssh: [
        { id: 'default', paths: [] },
        { id: 'k', paths: [`${directory}/keys/a`, '/b'] },
      ],
      cacheFrom: [
        { type: 'registry', ref: 'r.example/c:x' },
        { type: 'local', src: `${directory}/cache` },
      ],
      cacheTo: [{ type: 'local', dest: `${directory}/cache` }],
      network: 'host',
      extraHosts: { h: '10.0.0.1' },
      shmSize: '64m',
      ulimits: ['nofile=1:2'],
      entitlements: ['network.host'],
      attest: [{ type: 'provenance', mode: 'max' }, { type: 'sbom' }],
      noCache: true,
      noCacheFilter: ['x'],
      pull: true,
      needs: [],
      serve: {
        port: 8080,
        name: 'app',
        path: '/ready',
        timeoutMs: 1500,
        command: ['a', 'b'],
        environment: {},
      },
      place: { file: `${directory}/xbundle.yaml`, line: 2 },
    });
  });

  it('takes variables, but for inline Dockerfiles', async () => {
    const component = '{tags: "app:${TAG:-v1}", args: {A: $A}, dockerfile-inline: "RUN echo ${HOME}"}';
    const target = await readOne(component, { TAG: 'v2', A: '1' });
    expect(target).toMatchObject({
      tags: [{ tag: 'v2' }],
      args: { A: '1' },
      dockerfileInline: 'RUN echo ${HOME}',
    });
  });

  it('keeps an URL as the context, and paths within it', async () => {
    const context = 'https://github.com/x/y.git#v1:sub';
    expect(await readOne(`{context: "${context}", dockerfile: docker/D}`)).toMatchObject({
      context,
      dockerfile: 'docker/D',
    });
  });

  const three = 'components:\n  a: {tags: a, needs: b}\n  b: {}\n  c: {tags: c}\n';

  it.each<readonly [readonly string[], readonly string[]]>([
    [[], ['a', 'c']],
    [['*'], ['a', 'b', 'c']],
    [
      ['c', 'a'],
      ['a', 'c'],
    ],
    [['b'], ['b']],
  ])('asked for %j selects %j', async (targets, selected) => {
    expect((await read({ 'xbundle.yaml': three }, { targets })).selected).toEqual(selected);
  });

  it.each<readonly [string, BuildRequest]>([
    ['an unknown component', { targets: ['d'] }],
    ['settings, which are for bake', { set: ['a.args.X=1'] }],
    ['another definition beside it', { files: ['xbundle.yaml', 'xbundle.yaml'] }],
  ])('refuses %s', async (title, request) => {
    await expect(read({ 'xbundle.yaml': three }, request), title).rejects.toMatchObject({ code: 'USAGE' });
  });
});
