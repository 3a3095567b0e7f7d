import { describe, expect, it } from 'vitest';
import { judgeBuilder, parseBuildxVersion } from '../buildx/index.ts';
import { parsePlatforms } from '../model/index.ts';
import {
  builder,
  emulator,
  ENGINE,
  healthy,
  node,
  REACHED,
  UNREACHED,
} from '../testing/builds/doctor-facts.ts';
import { checkBeforeBuild, diagnose } from './diagnose.ts';
import type { DoctorFacts } from './facts.ts';
import { doctorExitCode, type DoctorFinding } from './finding.ts';

function unusual(facts: DoctorFacts): readonly DoctorFinding[] {
  return diagnose(facts).filter(({ severity }) => severity !== 'ok');
}

it('finds nothing wrong where nothing is, and says what it looked at', () => {
  const findings = diagnose(healthy());
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual(
    [
      ...['docker-cli', 'buildx', 'engine', 'image-store', 'builder', 'platform', 'platform', 'binfmt'],
      'engine-space',
    ].map((code) => [code, 'ok']),
  );
  expect(doctorExitCode(findings)).toBe(0);
  expect(checkBeforeBuild(healthy())).toEqual([]);
});

const RUNNING_REMOTE = node('amd64', { endpoint: 'tcp://h:1', labels: {} });

const rows: readonly (readonly [
  title: string,
  facts: Partial<DoctorFacts>,
  found: readonly (readonly [code: string, severity: string, safe?: boolean])[],
  exitCode: number,
])[] = [
  [
    'no docker command',
    { docker: { found: false, reason: 'no docker on PATH' }, builder: undefined },
    [['docker-cli', 'error', false]],
    9,
  ],
  [
    'no buildx',
    { docker: { found: true, client: parseBuildxVersion('x 28.5.2') }, builder: undefined },
    [['buildx', 'error', false]],
    9,
  ],
  [
    'an old buildx',
    {
      docker: {
        found: true,
        client: parseBuildxVersion('x 28.5.2'),
        buildx: parseBuildxVersion('x v0.12.1'),
      },
    },
    [['buildx', 'error', false]],
    9,
  ],
  [
    'no engine, which is told once',
    {
      engine: UNREACHED,
      builder: {
        found: true,
        facts: { ...judgeBuilder({ name: 'default', driver: '', nodes: [] }), error: 'away' },
        names: [],
      },
    },
    [['engine', 'error', false]],
    6,
  ],
  [
    'no engine, where the builder needs none',
    { engine: UNREACHED, builder: builder('remote', RUNNING_REMOTE), wanted: parsePlatforms(['amd64']) },
    [['engine', 'warning', false]],
    0,
  ],
  [
    'a classic store',
    {
      engine: { ...REACHED, facts: { ...ENGINE, store: 'classic' } },
      builder: builder('docker', node('amd64,arm64', { labels: {} })),
    },
    [
      ['image-store', 'warning', false],
      ['builder-limits', 'warning', true],
    ],
    0,
  ],
  [
    'a builder that is gone',
    { builder: { found: false, failure: { code: 'NOT_FOUND', reason: 'no builder "x" found' } } },
    [['builder', 'error', false]],
    3,
  ],
  [
    'a container builder that was never started',
    {
      builder: builder('docker-container', node('', { status: 'inactive' })),
      wanted: parsePlatforms(['arm64']),
    },
    [
      ['builder-node', 'warning', true],
      ['platform', 'warning', true],
    ],
    0,
  ],
  [
    'a node that is away',
    {
      builder: builder('remote', RUNNING_REMOTE, node('arm64', { name: 'b', status: 'inactive' })),
    },
    [['builder-node', 'error', false]],
    6,
  ],
  [
    'a platform that nothing executes',
    { wanted: parsePlatforms(['amd64,riscv64']) },
    [['platform', 'error', true]],
    3,
  ],
  [
    'a platform that only a remote machine could be taught',
    { builder: builder('remote', RUNNING_REMOTE) },
    [['platform', 'error', false]],
    3,
  ],
  [
    'a platform of another system',
    { wanted: parsePlatforms(['windows/amd64']) },
    [['platform', 'error', false]],
    3,
  ],
  ['an emulator that is gone', { emulators: [] }, [['binfmt', 'error', true]], 3],
  ['a disabled emulator', { emulators: [emulator({ enabled: false })] }, [['binfmt', 'error', false]], 3],
  ['an emulator without F', { emulators: [emulator({ flags: 'PO' })] }, [['binfmt', 'error', false]], 3],
  [
    'emulation although another node is native',
    {
      builder: builder('remote', node('amd64,arm64', { name: 'a' }), node('arm64', { name: 'b' })),
    },
    [['node-choice', 'warning', false]],
    0,
  ],
  [
    'little space',
    {
      engine: { ...REACHED, facts: { ...ENGINE, freeBytes: 5e9 } },
      output: { directory: '/out', freeBytes: 1e8 },
    },
    [
      ['engine-space', 'warning', false],
      ['output-space', 'error', false],
    ],
    7,
  ],
  [
    'a registry to push to without a login',
    { registries: [{ host: 'registry.example', use: 'push', hasLogin: false }] },
    [['login', 'warning', false]],
    0,
  ],
  [
    'a registry that refuses the login',
    {
      registries: [
        {
          host: 'registry.example',
          use: 'push',
          hasLogin: true,
          failure: { code: 'UNAUTHORIZED', reason: 'refused' },
        },
      ],
    },
    [['login', 'error', false]],
    6,
  ],
  [
    'a registry that does not answer',
    {
      registries: [
        {
          host: 'registry.example',
          use: 'pull',
          hasLogin: false,
          failure: { code: 'UNREACHABLE', reason: 'no route' },
        },
      ],
    },
    [['login', 'warning', false]],
    0,
  ],
];

describe('diagnose', () => {
  it.each(rows)('tells of %s', (...[, facts, found, exitCode]) => {
    const findings = diagnose(healthy(facts));
    const wrong = findings.filter(({ severity }) => severity !== 'ok');
    expect(wrong.map(({ code, severity, fix }) => [code, severity, fix?.safe])).toEqual(found);
    expect(doctorExitCode(findings)).toBe(exitCode);
    for (const { breaks, fix } of wrong) {
      expect(breaks).toMatch(/./);
      expect(fix?.explanation).toMatch(/./);
    }
  });

  it('asks for a login neither on this machine nor where images are only read', () => {
    const registries = [
      { host: 'localhost:5000', use: 'push', hasLogin: false },
      { host: 'docker.io', use: 'pull', hasLogin: false },
      { host: 'registry.example', use: 'push', hasLogin: true },
    ] as const;
    expect(unusual(healthy({ registries }))).toEqual([]);
  });

  it('has the settings of Docker Desktop explained, never run', () => {
    const engine = { ...REACHED, desktop: true, facts: { ...ENGINE, store: 'classic' as const } };
    const [store] = unusual(healthy({ engine, builder: undefined }));
    expect(store?.fix).toMatchObject({ commands: [], safe: false });
    expect(store?.fix?.explanation).toContain('Settings');
  });

  it('leaves emulators alone where nothing is executed on a platform', () => {
    const facts = healthy({ wanted: parsePlatforms(['s390x']), cross: parsePlatforms(['s390x']) });
    expect(unusual(facts)).toEqual([]);
  });

  it('takes any emulator of the architecture, by what it is for', () => {
    expect(
      unusual(healthy({ emulators: [emulator({ enabled: false }), emulator({ name: 'rosetta' })] })),
    ).toEqual([]);
  });
});
