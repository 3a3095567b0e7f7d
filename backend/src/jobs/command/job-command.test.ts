import { describe, expect, it } from 'vitest';
import { jobRequestSchema, type JobRequestInput } from '../../contract.ts';
import { containerArgs } from '../runners/container-args.ts';
import { containerPath, liesIn, nameOf, parentOf } from './host-paths.ts';
import { jobCommand, jobTitle } from './job-command.ts';
import { containerPlaces, localPlaces } from './places.ts';

const parsed = (input: JobRequestInput): ReturnType<typeof jobRequestSchema.parse> =>
  jobRequestSchema.parse(input);

describe('the command of a job', () => {
  it.each<readonly [JobRequestInput, readonly string[]]>([
    [
      { kind: 'verify', bundle: '/a b/-x.tar', quick: true, platforms: ['arm64'] },
      ['verify', '--json', '--progress=json', '--quick', '--platform=linux/arm64', '--', '/a b/-x.tar'],
    ],
    [
      { kind: 'export', images: ['-rf', 'app:v1'], output: '/o,"x".tar', from: { kind: 'oci', path: '/l' } },
      [
        ...[
          'export',
          '--json',
          '--progress=json',
          '--output=/o,"x".tar',
          '--from=oci:/l',
          '--attestations=keep',
        ],
        ...['--', '-rf', 'app:v1'],
      ],
    ],
    [
      { kind: 'import', bundle: '/b.tar', to: { kind: 'registry', place: 'h:5000/p' }, platforms: 'native' },
      [
        ...['import', '--json', '--progress=json', '--to=registry:h:5000/p', '--platform=native'],
        ...['--on-existing-tag=error', '--arch-tags=auto', '--', '/b.tar'],
      ],
    ],
    [
      {
        kind: 'build',
        directory: '/p',
        components: ['-x'],
        export: '/b.tar',
        sbom: true,
        cells: [{ component: 'a=b', platform: 'arm/v7' }],
      },
      [
        ...[
          'build',
          '--json',
          '--progress=json',
          '--export=/b.tar',
          '--sbom=true',
          '--cell=a=b@linux/arm/v7',
        ],
        ...['--', '-x'],
      ],
    ],
    [
      { kind: 'build', directory: '/p', tag: 'app:v1', files: ['/p/Dockerfile.x'], load: true },
      ['build', '--json', '--progress=json', '--load', '--file=/p/Dockerfile.x', '--tag=app:v1', '--', '/p'],
    ],
    [
      {
        kind: 'builder-create',
        name: 'farm',
        nodes: [{ platforms: ['amd64'], endpoint: 'tcp://a:1' }],
        use: true,
      },
      ['builder', 'create', '--json', '--node=amd64=tcp://a:1', '--use', '--', 'farm'],
    ],
    [
      { kind: 'builder-create', name: 'one', nodes: [], driver: 'docker-container' },
      ['builder', 'create', '--json', '--driver=docker-container', '--', 'one'],
    ],
    [
      { kind: 'binfmt-install', platforms: ['linux/arm64', 'linux/arm/v7'] },
      ['run', '--rm', '--privileged', '--', 'tonistiigi/binfmt', '--install', 'arm64,arm'],
    ],
    [
      { kind: 'manifest', name: 'app:v1', sources: ['app:v1-amd64'], push: true },
      [
        'manifest',
        'create',
        '--json',
        '--progress=json',
        '--from=registry',
        '--push',
        '--',
        'app:v1',
        'app:v1-amd64',
      ],
    ],
  ])('of %j', (input, args) => {
    expect(jobCommand(parsed(input), localPlaces()).args).toEqual(args);
    expect(jobTitle(parsed(input))).not.toBe('');
  });

  it.each<JobRequestInput>([
    { kind: 'build', directory: '/p' },
    { kind: 'verify', bundle: 'relative.tar' },
    { kind: 'builder-create', name: 'a', nodes: [{ platforms: ['amd64'] }, { platforms: [] }] },
  ])('is refused for %j', (input) => {
    expect(() => jobCommand(parsed(input), localPlaces())).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });

  it.each([
    { kind: 'builder-create', name: '-x', nodes: [] },
    { kind: 'verify', bundle: '/a\0b' },
    { kind: 'verify', bundle: '/a', more: 1 },
    { kind: 'shell', command: 'id' },
  ])('cannot be asked for as %j', (input) => {
    expect(jobRequestSchema.safeParse(input).success).toBe(false);
  });
});

describe('paths of the host', () => {
  it.each([
    ['/Users/me/a b', '/Users/me/a b', '/Users/me', 'a b'],
    ['/home/me/x/', '/home/me/x', '/home/me', 'x'],
    ['/usr/x', '/host/usr/x', '/usr', 'x'],
    ['/', '/host/', '/', ''],
    ['C:\\Users\\me\\p', '/host/c/Users/me/p', 'C:\\Users\\me', 'p'],
    ['\\\\wsl$\\Ubuntu\\home', '/host/wsl$/Ubuntu/home', '\\\\wsl$\\Ubuntu\\', 'home'],
  ])('%s is %s in a container', (...[path, inside, parent, name]) => {
    expect([containerPath(path), parentOf(path), nameOf(path)]).toEqual([inside, parent, name]);
  });

  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/ab', '/a', false],
    ['/a/../b', '/a', false],
    ['/a/..b', '/a', true],
    ['C:\\a\\b', 'C:\\a', true],
    ['D:\\a\\b', 'C:\\a', false],
  ])('whether %s lies in %s: %s', (path, folder, expected) => {
    expect(liesIn(path, folder)).toBe(expected);
  });
});

describe('the container of a job', () => {
  const setting = {
    image: 'xbundle:1',
    volume: 'data',
    socket: '/var/run/docker.sock',
    labels: { a: 'b,c' },
  };
  const argsFor = (input: JobRequestInput): readonly string[] => {
    const places = containerPlaces();
    const command = jobCommand(parsed(input), places);
    return containerArgs(
      { ...command, id: 'x1', mounts: places.mounts, createdAt: 5, request: parsed(input) },
      setting,
    );
  };

  it('mounts what is written with its folder, and quotes it as one record', () => {
    const args = argsFor({
      kind: 'export',
      images: ['a'],
      output: '/home/me/a, "b"/c.tar',
      from: { kind: 'docker' },
    });
    expect(args).toContain('--mount=type=bind,"source=/home/me/a, ""b""","target=/home/me/a, ""b"""');
    expect(args).toContain('--mount=type=bind,source=/var/run/docker.sock,target=/var/run/docker.sock');
    expect(args).toContain('--mount=type=volume,source=data,target=/data');
    expect(args).toContain('--label=dev.xbundle.job=x1');
    expect(args.slice(args.indexOf('--') + 1, args.indexOf('--') + 3)).toEqual(['xbundle:1', 'export']);
  });

  it.each([true, false])('is shown the emulators of the kernel where the engine can show them: %s', (can) => {
    const spec = {
      ...jobCommand(parsed({ kind: 'verify', bundle: '/a.tar' }), localPlaces()),
      id: 'x1',
      createdAt: 5,
    };
    const asked = { ...spec, mounts: [], binfmt: '/run/b' };
    const mounts = containerArgs(asked, { ...setting, showsBinfmt: can }).filter((arg) =>
      arg.includes('/run/b'),
    );
    const options = 'volume-opt=type=binfmt_misc,volume-opt=device=binfmt_misc';
    expect(mounts).toEqual(can ? [`--mount=type=volume,target=/run/b,volume-nocopy=true,${options}`] : []);
  });

  it('mounts what is read for reading, and no socket where none is needed', () => {
    const args = argsFor({ kind: 'verify', bundle: 'C:\\data\\a.tar' });
    expect(args).toContain('--mount=type=bind,source=C:\\data,target=/host/c/data,readonly');
    expect(args.join(' ')).not.toContain('docker.sock');
    expect(args.at(-1)).toBe('/host/c/data/a.tar');
  });

  it('mounts a folder once, and not what lies in it', () => {
    const args = argsFor({
      kind: 'build',
      directory: '/p',
      files: ['/p/a.hcl', '/q/b.hcl'],
      export: '/p/out/x.tar',
    });
    expect(
      args
        .filter((arg) => arg.startsWith('--mount=type=bind'))
        .map((arg) => arg.slice(8))
        .toSorted(),
    ).toEqual([
      'type=bind,source=/p,target=/p,readonly',
      'type=bind,source=/p/out,target=/p/out',
      'type=bind,source=/q,target=/q,readonly',
      'type=bind,source=/var/run/docker.sock,target=/var/run/docker.sock',
    ]);
    expect(args).toContain('--workdir=/p');
  });
});
