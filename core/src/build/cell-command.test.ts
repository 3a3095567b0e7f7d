import { expect, it } from 'vitest';
import { parseReference } from '../model/index.ts';
import { buildCell, buildTarget, CELL_SETTINGS } from '../testing/builds/build-targets.ts';
import type { CellSettings } from './build-plan.ts';
import { cellCommand, commandValues } from './cell-command.ts';
import type { BuildTarget } from './target.ts';

const paths = { store: '/run/store', layout: '/run/cell', metadata: '/run/app.json' };
const values = commandValues(paths, {});
/** What no shell and no list of fields may take apart. */
const nasty = ` a,b="c" 'd' $(e) \`f\` \${g} -h`;

/** What stands between the options that every command has. */
function optionsOf(target: Partial<BuildTarget>, own: Partial<CellSettings> = {}): readonly string[] {
  const args = cellCommand(
    buildCell({
      target: buildTarget('app', { tags: [], ...target }),
      settings: { ...CELL_SETTINGS, ...own },
    }),
    values,
  );
  return args.slice(6, args.indexOf('--provenance=false'));
}

it('builds one platform into the store', () => {
  expect(cellCommand(buildCell({ target: buildTarget('app') }), values)).toEqual([
    'buildx',
    'build',
    '--builder=builder',
    '--platform=linux/arm64',
    '--progress=rawjson',
    '--metadata-file=/run/app.json',
    '--tag=docker.io/app/app:v1',
    '--provenance=false',
    '--output=type=oci,tar=false,dest=/run/cell',
    '--',
    '/src/app',
  ]);
});

it.each<readonly [string, Partial<BuildTarget>, readonly string[]]>([
  ['a Dockerfile', { dockerfile: `/-x/${nasty}` }, [`--file=/-x/${nasty}`]],
  ['a Dockerfile of its own', { dockerfile: '/x', dockerfileInline: 'FROM x' }, ['--file=-']],
  ['a stage', { stage: '-final' }, ['--target=-final']],
  [
    'arguments',
    { args: { A: nasty, B: '', C: '-x', D: 'x\ny' } },
    [`--build-arg=A=${nasty}`, '--build-arg=B=', '--build-arg=C=-x', '--build-arg=D=x\ny'],
  ],
  ['labels', { labels: { 'a,"b"': nasty } }, [`--label=a,"b"=${nasty}`]],
  [
    'annotations, but for those of an index',
    {
      annotations: [
        `k=${nasty}`,
        'manifest:a=b',
        'index:a=b',
        'index,manifest:a=b',
        'manifest[linux/amd64],manifest-descriptor:a=index:x',
      ],
    },
    [
      `--annotation=k=${nasty}`,
      '--annotation=manifest:a=b',
      '--annotation=manifest:a=b',
      '--annotation=manifest[linux/amd64]:a=index:x',
    ],
  ],
  [
    'named contexts',
    {
      contexts: {
        'a b': { kind: 'value', value: `/x/${nasty}` },
        i: { kind: 'value', value: 'docker-image://alpine' },
      },
    },
    [`--build-context=a b=/x/${nasty}`, '--build-context=i=docker-image://alpine'],
  ],
  [
    'secrets',
    {
      secrets: [
        { id: 'a', file: '/p q,r="s"=t' },
        { id: 'b', env: 'TOKEN' },
        { id: 'c' },
        { id: 'd,"', file: '/-x' },
      ],
    },
    [
      '--secret=id=a,"src=/p q,r=""s""=t"',
      '--secret=id=b,env=TOKEN',
      '--secret=id=c',
      '--secret="id=d,""",src=/-x',
    ],
  ],
  [
    'ssh',
    {
      ssh: [
        { id: 'default', paths: [] },
        { id: 'k', paths: ['/a b', '/c"=d'] },
      ],
    },
    ['--ssh=default', '--ssh=k=/a b,/c"=d'],
  ],
  [
    'caches',
    {
      cacheFrom: [
        { src: '/a, "b"', type: 'local' },
        { ref: 'r/c:x', type: 'registry' },
      ],
      cacheTo: [{ type: 'local', dest: '/a b=c', mode: 'max' }, { type: 'inline' }],
    },
    [
      '--cache-from=type=local,"src=/a, ""b"""',
      '--cache-from=type=registry,ref=r/c:x',
      '--cache-to=type=local,dest=/a b=c,mode=max',
      '--cache-to=type=inline',
    ],
  ],
  [
    'the world of RUN steps',
    {
      network: 'host',
      extraHosts: { a: '10.0.0.1', b: '::1' },
      shmSize: '128m',
      ulimits: ['nofile=1024:2048'],
      entitlements: ['network.host'],
    },
    [
      '--network=host',
      '--add-host=a=10.0.0.1',
      '--add-host=b=::1',
      '--shm-size=128m',
      '--ulimit=nofile=1024:2048',
      '--allow=network.host',
    ],
  ],
])('passes on %s', (title, target, expected) => {
  expect(optionsOf(target), title).toEqual(expected);
});

it('builds without the cache, and with fresh bases', () => {
  const args = optionsOf({ noCacheFilter: ['-a', 'b'] }, { noCache: true, pull: true });
  expect(args).toEqual(['--no-cache', '--no-cache-filter=-a', '--no-cache-filter=b', '--pull']);
});

it('gives caches that several platforms write a name for each', () => {
  const caches = [
    { type: 'registry', ref: 'r.example/c:x' },
    { type: 'local', dest: '/c', src: '/c' },
    { type: 'gha' },
    { type: 's3', name: 'n' },
    { type: 'inline' },
  ];
  const args = optionsOf({ cacheFrom: caches.slice(0, 1), cacheTo: caches }, { ownCaches: true });
  expect(args).toEqual([
    '--cache-from=type=registry,ref=r.example/c:x-arm64',
    '--cache-from=type=registry,ref=r.example/c:x',
    '--cache-to=type=registry,ref=r.example/c:x-arm64',
    '--cache-to=type=local,dest=/c/linux_arm64,src=/c/linux_arm64',
    '--cache-to=type=gha,scope=buildkit-linux_arm64',
    '--cache-to=type=s3,name=n-linux_arm64',
    '--cache-to=type=inline',
  ]);
});

it('writes only inline caches where the builder exports none', () => {
  const cacheTo = [{ type: 'local', dest: '/c' }, { type: 'inline' }];
  expect(optionsOf({ cacheTo }, { exportsCache: false })).toEqual(['--cache-to=type=inline']);
});

it.each<readonly [string, Partial<CellSettings>, readonly string[]]>([
  ['a store with a comma', {}, ['--output=type=oci,tar=false,"dest=/a, ""b"" c="']],
  [
    'files',
    { outputs: [{ kind: 'local', directory: '/o,u t/linux_arm64' }] },
    ['--output=type=local,"dest=/o,u t/linux_arm64"'],
  ],
  [
    'files, and the image for others',
    { outputs: [{ kind: 'local', directory: '/o' }, { kind: 'oci' }] },
    ['--output=type=local,dest=/o', '--output=type=oci,tar=false,"dest=/a, ""b"" c="'],
  ],
])('writes %s', (title, own, expected) => {
  const args = cellCommand(
    buildCell({ target: buildTarget('app'), settings: { ...CELL_SETTINGS, ...own } }),
    commandValues({ ...paths, layout: '/a, "b" c=' }, {}),
  );
  expect(
    args.filter((arg) => arg.startsWith('--output')),
    title,
  ).toEqual(expected);
});

it('names only arch tags where the engine keeps the result', () => {
  const tags = [parseReference('app:v1-arm64')];
  const own = { ...CELL_SETTINGS, outputs: [{ kind: 'engine', tags }] } as const;
  const args = cellCommand(buildCell({ target: buildTarget('app'), settings: own }), values);
  expect(args.filter((arg) => /^--(?:tag|output)/.test(arg))).toEqual([
    '--tag=docker.io/library/app:v1-arm64',
    '--output=type=docker',
  ]);
});

it('makes attestations when they are wanted', () => {
  const own = { ...CELL_SETTINGS, provenance: 'mode=max', sbom: 'generator=r/s:1' };
  const args = cellCommand(buildCell({ target: buildTarget('app'), settings: own }), values);
  expect(args.slice(-5, -3)).toEqual(['--provenance=mode=max', '--sbom=generator=r/s:1']);
});
