import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { planMoreNodes, planNewBuilder, removeArgs, useArgs, type BuilderRequest } from './builder-plan.ts';
import type { Builder } from './builder.ts';
import { parseNodes, type NodeRequest } from './node-request.ts';

function node(platforms: string, endpoint?: string): NodeRequest {
  return { platforms: parsePlatforms([platforms]), endpoint };
}

function thrownCode(code: string): unknown {
  return expect.objectContaining({ code });
}

const creations: readonly (readonly [string, Partial<BuilderRequest>, readonly (readonly string[])[]])[] = [
  ['nothing but a name', {}, [['create', '--name', 'b', '--node', 'b-node', '--driver', 'docker-container']]],
  [
    'two BuildKits by address',
    { nodes: [node('amd64', 'tcp://10.0.0.1:1234'), node('arm64,arm/v7', 'tcp://10.0.0.2:1234')] },
    [
      [
        ...['create', '--name', 'b', '--node', 'b-amd64', '--driver', 'remote'],
        ...['--platform', 'linux/amd64', '--', 'tcp://10.0.0.1:1234'],
      ],
      [
        ...['create', '--append', '--name', 'b', '--node', 'b-arm64', '--driver', 'remote'],
        ...['--platform', 'linux/arm64,linux/arm/v7', '--', 'tcp://10.0.0.2:1234'],
      ],
    ],
  ],
  [
    'a context and a machine behind ssh',
    { nodes: [node('amd64', 'desktop-linux'), node('arm64', 'ssh://ann@graviton')] },
    [
      [
        ...['create', '--name', 'b', '--node', 'b-amd64', '--driver', 'docker-container'],
        ...['--platform', 'linux/amd64', '--', 'desktop-linux'],
      ],
      [
        ...['create', '--append', '--name', 'b', '--node', 'b-arm64', '--driver', 'docker-container'],
        ...['--platform', 'linux/arm64', '--', 'ssh://ann@graviton'],
      ],
    ],
  ],
  [
    'two nodes whose names would be the same',
    { nodes: [node('', 'one'), node('', 'two')] },
    [
      ['create', '--name', 'b', '--node', 'b-node', '--driver', 'docker-container', '--', 'one'],
      [
        'create',
        '--append',
        '--name',
        'b',
        '--node',
        'b-node-2',
        '--driver',
        'docker-container',
        '--',
        'two',
      ],
    ],
  ],
  [
    'certificates in a folder with a blank, a comma and a quote',
    {
      nodes: [
        {
          ...node('arm64', 'tcp://h:1'),
          certificates: { ca: '/a b/ca.pem', cert: '/a,b/cert.pem', key: '/a"b/key.pem' },
        },
      ],
    },
    [
      [
        ...['create', '--name', 'b', '--node', 'b-arm64', '--driver', 'remote', '--platform', 'linux/arm64'],
        ...['--driver-opt', 'cacert=/a b/ca.pem', '--driver-opt', '"cert=/a,b/cert.pem"'],
        ...['--driver-opt', '"key=/a""b/key.pem"', '--', 'tcp://h:1'],
      ],
    ],
  ],
  [
    'an endpoint and names that look like options',
    { name: '--use', nodes: [node('amd64', '--bootstrap')] },
    [
      [
        ...['create', '--name', '--use', '--node', '--use-amd64', '--driver', 'docker-container'],
        ...['--platform', 'linux/amd64', '--', '--bootstrap'],
      ],
    ],
  ],
  [
    'a driver with options that is passed through',
    {
      driver: 'kubernetes',
      driverOptions: ['namespace=build', 'nodeselector=a=b,c=d'],
      buildkitdConfig: '/etc/buildkitd.toml',
    },
    [
      [
        ...['create', '--name', 'b', '--node', 'b-node', '--driver', 'kubernetes'],
        ...['--driver-opt', 'namespace=build', '--driver-opt', '"nodeselector=a=b,c=d"'],
        ...['--buildkitd-config', '/etc/buildkitd.toml'],
      ],
    ],
  ],
];

describe('planNewBuilder', () => {
  it.each(creations)('makes %s', (...[, request, vectors]) => {
    expect(planNewBuilder({ name: 'b', nodes: [], ...request }).create).toEqual(vectors);
  });

  it('starts and uses a builder only when asked, and knows how to take it back', () => {
    const plan = planNewBuilder({ name: 'b', nodes: [], start: true, use: true });
    expect(plan.start).toEqual(['inspect', '--bootstrap', '--', 'b']);
    expect(plan.use).toEqual(['use', '--', 'b']);
    expect(plan.undo).toEqual([['rm', '--', 'b']]);
    const bare = planNewBuilder({ name: 'b', nodes: [] });
    expect([bare.start, bare.use]).toEqual([undefined, undefined]);
  });

  it('refuses drivers that cannot be in one builder', () => {
    const nodes = [node('amd64', 'tcp://10.0.0.1:1234'), node('arm64', 'ssh://graviton')];
    expect(() => planNewBuilder({ name: 'b', nodes })).toThrow(thrownCode('USAGE'));
  });
});

describe('planMoreNodes', () => {
  const existing: Builder = {
    name: 'b',
    driver: 'remote',
    nodes: [
      { name: 'b-arm64', endpoint: 'tcp://h:1', status: 'running', platforms: [], labels: {} },
      { name: 'b-arm64-2', endpoint: 'tcp://h:2', status: 'running', platforms: [], labels: {} },
    ],
  };

  it('never takes the name of a node that is there, which would change that node', () => {
    const plan = planMoreNodes({ name: 'b', nodes: [node('arm64', 'tcp://h:3')] }, existing);
    expect(plan.create).toEqual([
      [
        ...['create', '--append', '--name', 'b', '--node', 'b-arm64-3', '--driver', 'remote'],
        ...['--platform', 'linux/arm64', '--', 'tcp://h:3'],
      ],
    ]);
    expect(plan.undo).toEqual([['create', '--leave', '--name', 'b', '--node', 'b-arm64-3']]);
  });

  it.each([
    ['another driver', existing],
    ['the builder of an engine', { ...existing, driver: 'docker' }],
  ])('refuses nodes for %s', (_, builder) => {
    const request = { name: 'b', nodes: [node('amd64', 'desktop-linux')] };
    expect(() => planMoreNodes(request, builder)).toThrow(thrownCode('USAGE'));
  });
});

describe('parseNodes', () => {
  it('reads platforms, endpoints and certificates', () => {
    const nodes = parseNodes({
      nodes: ['amd64=desktop-linux', ' arm64,arm/v7 = tcp://h:1/?a=b '],
      certificates: ['arm64=certs/arm'],
      directory: '/project',
    });
    expect(nodes).toEqual([
      { platforms: parsePlatforms(['amd64']), endpoint: 'desktop-linux' },
      {
        platforms: parsePlatforms(['arm64', 'arm/v7']),
        endpoint: 'tcp://h:1/?a=b',
        certificates: {
          ca: '/project/certs/arm/ca.pem',
          cert: '/project/certs/arm/cert.pem',
          key: '/project/certs/arm/key.pem',
        },
      },
    ]);
  });

  it.each([
    ['no endpoint', ['amd64'], [], 'USAGE'],
    ['an empty endpoint', ['amd64='], [], 'USAGE'],
    ['an unknown platform', ['mars=tcp://h:1'], [], 'PLATFORM_INVALID'],
    ['a platform given twice', ['amd64=a', 'linux/amd64,arm64=b'], [], 'USAGE'],
    ['certificates for no node', ['amd64=tcp://h:1'], ['arm64=/certs'], 'USAGE'],
    ['certificates without a folder', ['amd64=tcp://h:1'], ['amd64'], 'USAGE'],
  ])('refuses %s', (...[, nodes, certificates, code]) => {
    expect(() => parseNodes({ nodes, certificates, directory: '/' })).toThrow(thrownCode(code));
  });
});

it('puts names behind a double dash', () => {
  expect(useArgs('-x')).toEqual(['use', '--', '-x']);
  expect(removeArgs(['-x', 'y'])).toEqual(['rm', '--', '-x', 'y']);
  expect(removeArgs(['y'], true)).toEqual(['rm', '--keep-state', '--', 'y']);
});
