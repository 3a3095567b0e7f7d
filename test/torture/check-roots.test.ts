import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createImage,
  createIndex,
  layerOf,
  startRegistry,
  type Layer,
  type TestRegistry,
} from '@xbundle/core/testing';
import { elfBytes, elfFor, libraryFor, peBytes } from '../../core/src/testing/images/arch-binaries.ts';
import { checkOf, findingsOf, layerOfDirectory } from '../support/arch-images.ts';
import { debianRoots, ROOT_PLATFORMS, type RootPlatform } from '../support/arch-roots.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

let scratch = '';
beforeAll(async () => {
  scratch = await makeScratch('check-roots');
});
afterAll(() => removeScratch(scratch));

const check = (...args: readonly string[]): Promise<CliRun> => xbundle(['check', ...args, '--json']);

const SITE = 'usr/lib/python3/dist-packages';

/** What good images have and no check may cry wolf for. */
const LEGITIMATE: readonly (readonly [string, Buffer, number])[] = [
  [`${SITE}/pip/_vendor/distlib/t64-arm.exe`, peBytes(0xaa64), 0o644],
  [`${SITE}/setuptools/cli-32.exe`, peBytes(0x14c), 0o755],
  ['usr/lib/firmware/dsp.elf', elfBytes({ machine: 164, bits: 32 }), 0o755],
  ['usr/lib/firmware/other.fw', elfFor('mips64le'), 0o755],
  ['usr/lib/modules/6.1/kernel/x.ko', elfFor('mips64le', { type: 1 }), 0o644],
  ['usr/lib/bpf/probe.o', elfBytes({ machine: 247, type: 1 }), 0o644],
  ['usr/bin/probe.bpf', elfBytes({ machine: 247 }), 0o755],
  ['usr/bin/qemu-mips64el-static', elfFor('loong64'), 0o755],
  ['usr/local/go/src/debug/elf/testdata/gcc-loong64-exec', elfFor('loong64'), 0o755],
  ['usr/libexec/valgrind/memcheck-loong64', elfFor('loong64'), 0o755],
];

describe('check of Debian roots', () => {
  let registry: TestRegistry;
  let roots: Readonly<Record<RootPlatform, string>>;
  const layers = new Map<RootPlatform, Layer>();
  let unavailable: unknown;

  beforeAll(async () => {
    registry = await startRegistry();
    try {
      roots = await debianRoots();
    } catch (error) {
      if (process.env['CI'] !== undefined) throw error;
      unavailable = error;
    }
  }, 600_000);
  beforeEach(({ skip }) => {
    skip(unavailable !== undefined, `needs Debian's packages: ${String(unavailable)}`);
  });
  afterAll(() => registry.close());

  async function layerFor(platform: RootPlatform): Promise<Layer> {
    const layer = layers.get(platform) ?? (await layerOfDirectory(roots[platform], scratch));
    layers.set(platform, layer);
    return layer;
  }

  /** Checks a root with files on top, under a name of its own. */
  async function checkRoot(
    platform: RootPlatform,
    planted: Parameters<typeof layerOf>[0] = [],
  ): Promise<CliRun> {
    const own = planted.length > 0 ? [await layerOf(planted)] : [];
    const image = createImage({
      platform,
      layers: [await layerFor(platform), ...own],
      entrypoint: ['tini', '--', 'python3.13'],
      cmd: ['-c', 'pass'],
    });
    const tag = `t${Math.random().toString(36).slice(2)}`;
    registry.push('roots/debian', tag, image);
    return check(`${registry.host}/roots/debian:${tag}`, '--from', 'registry', '--strict');
  }

  const platforms = Object.keys(ROOT_PLATFORMS) as RootPlatform[];

  it.each(platforms)('has nothing to say of a true one for %s', async (platform) => {
    const run = await checkRoot(platform);
    expect(findingsOf(run)).toEqual([]);
    const [cell] = checkOf(run).cells;
    expect(cell).toMatchObject({ platform, state: 'ok' });
    expect(cell?.judged).toBeGreaterThan(100);
    expect(run).toMatchObject({ exitCode: 0 });
  });

  it.each(platforms)('has nothing to say of legitimate foreign files for %s', async (platform) => {
    const planted = LEGITIMATE.map(([name, content, mode]) => ({ name, content, mode }));
    expect(findingsOf(await checkRoot(platform, planted))).toEqual([]);
  });

  it.each([
    ['site-packages', 'opt/venv/lib/python3.13/site-packages/fast/_fast.so', 0o644, 'T3 error'],
    ['node_modules', 'app/node_modules/fuse/build/Release/fuse.node', 0o644, 'T3 error'],
    ['PATH', 'usr/local/bin/tool', 0o755, 'T2 error'],
    ['a directory of the loader', 'usr/lib/libplanted.so.1', 0o644, 'T3 warning'],
    ['the C library', 'usr/lib/libc.so.6', 0o755, 'T2 error'],
  ])('finds one foreign library planted in %s', async (...[, name, mode, expected]) => {
    for (const platform of platforms) {
      const run = await checkRoot(platform, [{ name, content: libraryFor('loong64'), mode }]);
      expect(findingsOf(run)).toEqual([`${platform} ${expected} /${name}`]);
      expect(run).toMatchObject({ exitCode: 4 });
    }
  });

  /** The next but one: 32-bit arm runs on many a 64-bit one. */
  it('finds a root under the name of another platform', async () => {
    for (const [at, platform] of platforms.entries()) {
      const other = platforms[(at + 2) % platforms.length] ?? platform;
      const image = createImage({ platform, layers: [await layerFor(other)], cmd: ['/usr/bin/dash'] });
      registry.push('roots/mixed', `m${at}`, image);
      const run = await check(`${registry.host}/roots/mixed:m${at}`, '--from', 'registry');
      expect(checkOf(run).cells[0]?.findings[0]).toMatchObject({ tier: 1, path: '/usr/bin/dash' });
      expect(run).toMatchObject({ exitCode: 4 });
    }
  });

  it('lets a user allow a file, with a reason', async () => {
    const image = createImage({
      platform: 'linux/arm64',
      layers: [
        await layerFor('linux/arm64'),
        await layerOf([{ name: 'usr/local/bin/tool', content: elfFor('amd64'), mode: 0o755 }]),
      ],
      cmd: ['/usr/bin/dash'],
    });
    registry.push('roots/allowed', 'v1', image);
    const allow = join(scratch, 'allow.json');
    await writeFile(
      allow,
      JSON.stringify([{ path: 'usr/local/bin/*', arch: 'amd64', reason: 'run by binfmt' }]),
    );
    const name = `${registry.host}/roots/allowed:v1`;
    expect(await check(name, '--from', 'registry')).toMatchObject({ exitCode: 4 });
    const run = await check(name, '--from', 'registry', '--allow-file', allow);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(checkOf(run).cells[0]?.ignored).toContainEqual({ reason: 'allowed: run by binfmt', files: 1 });
  });

  it('reads a layer once that several platforms have', async () => {
    const shared = await layerOf([{ name: 'etc/motd', content: 'hello' }]);
    const images = await Promise.all(
      ['amd64', 'arm64', 's390x'].map(async (name) =>
        createImage({
          platform: `linux/${name}`,
          layers: [shared, await layerOf([{ name: 'app', content: elfFor(name), mode: 0o755 }])],
          cmd: ['/app'],
        }),
      ),
    );
    registry.push('roots/shared', 'v1', createIndex(images));
    registry.clearRequests();
    const run = await check(`${registry.host}/roots/shared:v1`, '--from', 'registry', '--strict');
    expect(run).toMatchObject({ exitCode: 0 });
    const reads = registry.requests.filter(
      ({ method, path }) => method === 'GET' && path.endsWith(shared.descriptor.digest),
    );
    expect(reads).toHaveLength(1);
  });
});
