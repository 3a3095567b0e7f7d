import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArchive, checkOf, findingsOf, pushBase } from '../support/arch-images.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

let scratch = '';
beforeAll(async () => {
  scratch = await makeScratch('check');
});
afterAll(() => removeScratch(scratch));

const check = (...args: readonly string[]): Promise<CliRun> => xbundle(['check', ...args, '--json']);

const BOTH = ['linux/amd64', 'linux/arm64'];
const START = 'CMD ["/bin/sh"]';

/** Mistakes, each with its corrected twin; `BASE` is an index and `CHILD` the digest of its amd64 manifest. */
const MISTAKES: readonly (readonly [
  title: string,
  wrong: string,
  right: string,
  platforms: readonly string[],
])[] = [
  [
    'the last stage runs on the build machine',
    'FROM --platform=$BUILDPLATFORM BASE',
    'FROM BASE',
    ['linux/arm64'],
  ],
  [
    'the last stage comes from one that runs on the build machine',
    'FROM --platform=$BUILDPLATFORM BASE AS build\nFROM build',
    'FROM --platform=$BUILDPLATFORM BASE AS build\nFROM BASE',
    ['linux/arm64'],
  ],
  ['the platform of the last stage is constant', 'FROM --platform=linux/amd64 BASE', 'FROM BASE', BOTH],
  ['the base is one manifest', 'FROM BASE@CHILD', 'FROM BASE', BOTH],
  [
    'a program comes from a stage of the build machine',
    'FROM --platform=$BUILDPLATFORM BASE AS build\nFROM BASE\nCOPY --from=build /bin/busybox /usr/local/bin/tool\nENV PATH=/usr/local/bin:/bin',
    'FROM BASE AS build\nFROM BASE\nCOPY --from=build /bin/busybox /usr/local/bin/tool\nENV PATH=/usr/local/bin:/bin',
    ['linux/arm64'],
  ],
  [
    'a program comes from a foreign image',
    'FROM BASE\nCOPY --from=OTHER /bin/busybox /usr/local/bin/tool\nENV PATH=/usr/local/bin:/bin',
    'FROM BASE\nCOPY --from=BASE /bin/busybox /usr/local/bin/tool\nENV PATH=/usr/local/bin:/bin',
    ['linux/arm64'],
  ],
];

describeWithEngines('check of what real buildx made', (engines) => {
  let base = '';
  let child = '';
  beforeAll(async () => {
    base = `${engines.registry.host}/${uniqueRepository('check')}/base`;
    child = await pushBase(engines, `${base}:v1`, 'linux/amd64');
  });

  const build = (lines: string, platforms: readonly string[], start = START): Promise<string> => {
    const dockerfile = lines
      .replaceAll('BASE@CHILD', `${base}@${child}`)
      .replaceAll('OTHER', `${base}@${child}`)
      .replaceAll(/\bBASE\b/g, `${base}:v1`);
    return buildArchive(engines, scratch, {
      dockerfile: `${dockerfile}\n${start}\n`,
      platforms,
      name: 'check/app:v1',
    });
  };

  it.each(MISTAKES)('catches that %s', async (...[, wrong, , platforms]) => {
    const run = await check(await build(wrong, platforms));
    const report = checkOf(run);
    expect({ exitCode: run.exitCode, state: report.state }).toEqual({ exitCode: 4, state: 'wrong' });
    const [first] = report.cells.find((cell) => cell.platform === 'linux/arm64')?.findings ?? [];
    expect(first).toMatchObject({ severity: 'error', expected: 'linux/arm64', found: 'amd64' });
    expect(first?.tier).toBeLessThanOrEqual(2);
    expect(first?.createdBy).toMatch(/^COPY/);
    expect(report.cells.filter(({ state }) => state === 'wrong').map(({ platform }) => platform)).toEqual([
      'linux/arm64',
    ]);
  });

  it.each(MISTAKES)('has nothing to say where it is corrected: %s', async (...[, , right, platforms]) => {
    const run = await check(await build(right, platforms), '--strict');
    expect(findingsOf(run)).toEqual([]);
    expect(checkOf(run).cells.map(({ state }) => state)).toEqual(platforms.map(() => 'ok'));
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Warning') as string });
  });

  it('says for people what is wrong, in 80 columns', async () => {
    const run = await xbundle(['check', await build('FROM --platform=linux/amd64 BASE', BOTH)]);
    expect(run).toMatchObject({ exitCode: 4 });
    expect(run.stdout).toContain('CMD starts /bin/sh, which is amd64, not linux/arm64');
    expect(run.stdout).toContain('ARCHITECTURE WRONG');
  });

  it('finds what a Windows image starts on its drive C, whatever case and extension', async () => {
    const tool = 'FROM --platform=linux/amd64 BASE AS tool\nFROM scratch\n';
    const copied = 'COPY --from=tool /bin/busybox /Files/App/Server.exe\nENV PATH=C:\\\\Windows;C:\\\\app\n';
    const run = await check(await build(`${tool}${copied}`, ['windows/amd64'], 'CMD ["server"]'));
    expect(run).toMatchObject({ exitCode: 4 });
    expect(findingsOf(run)).toEqual(['windows/amd64 T1 error /Files/App/Server.exe']);
  });

  it('reads one platform of an image in a registry', async () => {
    const name = `${base}:v1`;
    const run = await check(name, '--from', 'registry', '--platform', 'arm64');
    expect(checkOf(run).cells).toMatchObject([{ platform: 'linux/arm64', state: 'ok' }]);
  });

  describe('export and verify', () => {
    const mixed = 'FROM --platform=linux/amd64 BASE';
    const exported = (archive: string, ...flags: readonly string[]): Promise<CliRun> =>
      xbundle([
        'export',
        '--from',
        `docker-archive:${archive}`,
        '-o',
        `${archive}.bundle`,
        '--overwrite',
        '--json',
        ...flags,
      ]);

    it('an export refuses what two platforms share and only one of them runs', async () => {
      const run = await exported(await build(mixed, BOTH));
      expect(run).toMatchObject({ exitCode: 4 });
      expect(JSON.parse(run.stdout)).toMatchObject({
        written: false,
        cells: [
          { platform: 'linux/amd64', state: 'present' },
          { platform: 'linux/arm64', state: 'wrong', reason: expect.stringContaining('amd64') as string },
        ],
      });
    });

    it('an export of one wrong platform is refused when all layers are looked into', async () => {
      const archive = await build('FROM --platform=$BUILDPLATFORM BASE', ['linux/arm64']);
      expect(await exported(archive)).toMatchObject({ exitCode: 0 });
      expect(await exported(archive, '--arch-check', 'full')).toMatchObject({ exitCode: 4 });
    });

    it('verify --deep finds what an export without a check let through', async () => {
      const archive = await build(mixed, BOTH);
      expect(await exported(archive, '--arch-check', 'off')).toMatchObject({ exitCode: 0 });
      const bundle = `${archive}.bundle`;
      expect(await xbundle(['verify', bundle])).toMatchObject({ exitCode: 0 });
      const deep = await xbundle(['verify', bundle, '--deep', '--json']);
      expect(deep).toMatchObject({ exitCode: 4 });
      expect(JSON.parse(deep.stdout)).toMatchObject({
        complete: false,
        integrity: 'ok',
        cells: [{ state: 'present' }, { state: 'wrong' }],
        arch: { state: 'wrong' },
      });
      expect(await check(bundle)).toMatchObject({ exitCode: 4 });
      expect(await check(bundle, '--platform', 'amd64')).toMatchObject({ exitCode: 0 });
    });

    it('verify --deep passes a bundle that is right', async () => {
      const archive = await build('FROM BASE', BOTH);
      expect(await exported(archive, '--arch-check', 'full')).toMatchObject({ exitCode: 0 });
      const deep = await xbundle(['verify', `${archive}.bundle`, '--deep']);
      expect(deep).toMatchObject({ exitCode: 0 });
      expect(deep.stdout).toContain('ARCHITECTURE OK');
    });
  });
});

describe('check of what is not there', () => {
  it.each([
    [['check', '/nonexistent/file.tar'], 7],
    [['verify', '-', '--deep'], 2],
    [['verify', 'x.tar', '--deep', '--quick'], 2],
    [['check', 'app:v1', '--allow-file', '/nonexistent/allow.json'], 7],
  ])('%j ends with %i', async (args, exitCode) => {
    expect(await xbundle(args)).toMatchObject({ exitCode });
  });
});
