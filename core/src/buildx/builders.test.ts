import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatPlatform, parsePlatform } from '../model/index.ts';
import { judgeBuilder } from './builder-facts.ts';
import type { Builder } from './builder.ts';
import { inspectArgs, parseBuilder } from './inspect-builder.ts';
import { parseBuilderList } from './list-builders.ts';
import { placePlatform } from './place-platform.ts';
import { isVersionAtLeast, parseBuildxVersion, parseDockerVersion } from './versions.ts';

/** What buildx 0.29.1 and docker 28.5.2 wrote. */
function captured(file: string): Promise<string> {
  return readFile(new URL(`../../../test/fixtures/buildx/${file}`, import.meta.url), 'utf8');
}

async function inspected(name: string): Promise<Builder> {
  return parseBuilder(await captured(`inspect-${name}.txt`));
}

function platformsOf(builder: Builder): readonly (readonly string[])[] {
  return builder.nodes.map(({ platforms }) => platforms.map(formatPlatform));
}

const ON_CONTAINERD =
  'linux/amd64 linux/amd64/v2 linux/amd64/v3 linux/arm64 linux/riscv64 linux/s390x linux/arm/v7 linux/arm/v6'.split(
    ' ',
  );

describe('parseBuilderList', () => {
  it('reads every builder of a list, the current one marked', async () => {
    const builders = parseBuilderList(await captured('ls.ndjson'));
    expect(builders.map(({ name, driver, current }) => ({ name, driver, current }))).toEqual([
      { name: 'cont', driver: 'docker-container', current: true },
      { name: 'dead', driver: 'remote', current: false },
      { name: 'multi', driver: 'remote', current: false },
      { name: 'default', driver: 'docker', current: false },
    ]);
    expect(builders.map(({ nodes }) => nodes.map(({ status }) => status))).toEqual([
      ['inactive'],
      ['inactive'],
      ['running', 'running'],
      ['running'],
    ]);
    expect(platformsOf(builders[3] as Builder)).toEqual([ON_CONTAINERD]);
  });

  it('keeps the error of a builder whose engine is away, and no node that stands for nothing', async () => {
    expect(parseBuilderList(await captured('ls-unreachable.ndjson'))).toEqual([
      {
        name: 'default',
        driver: '',
        current: true,
        nodes: [],
        error: 'Cannot connect to the Docker daemon at unix:///run/none.sock. Is the docker daemon running?',
      },
    ]);
  });

  it.each(['{"Name":"x"}', 'not JSON', '{"Name":"x","Driver":"docker","Nodes":[{}]}'])(
    'refuses %s',
    (text) => {
      expect(() => parseBuilderList(text)).toThrow(expect.objectContaining({ code: 'REMOTE_INVALID' }));
    },
  );

  it('shows no user of an ssh endpoint and no query', () => {
    const nodes = [
      'ssh://ann:secret@build.example.org',
      'kubernetes:///b?deployment=x&token=y',
      'desktop-linux',
    ];
    const line = JSON.stringify({
      Name: 'b',
      Driver: 'docker-container',
      Nodes: nodes.map((Endpoint, index) => ({ Name: `b${index}`, Endpoint })),
    });
    expect(parseBuilderList(line)[0]?.nodes.map(({ endpoint }) => endpoint)).toEqual([
      'ssh://build.example.org',
      'kubernetes:///b',
      'desktop-linux',
    ]);
  });
});

describe('parseBuilder', () => {
  it('tells the platforms a node was given from those its BuildKit found', async () => {
    const { name, driver, nodes } = await inspected('multi');
    expect([name, driver]).toEqual(['multi', 'remote']);
    expect(nodes.map(({ native, fixed }) => [native, fixed])).toEqual([
      [parsePlatform('amd64'), [parsePlatform('amd64')]],
      [parsePlatform('arm64'), [parsePlatform('arm64'), parsePlatform('arm/v7')]],
    ]);
    expect(nodes.map(({ endpoint, status, version }) => [endpoint, status, version])).toEqual([
      ['tcp://127.0.0.1:7701', 'running', 'v0.0.0+unknown'],
      ['tcp://127.0.0.1:7703', 'running', 'v0.0.0+unknown'],
    ]);
  });

  it('gives a node that never ran no platforms', async () => {
    const { nodes } = await inspected('cont');
    expect(nodes).toEqual([
      {
        name: 'cont0',
        endpoint: 'unix:///run/containerd-store/docker.sock',
        status: 'inactive',
        platforms: [],
        fixed: [],
        labels: {},
      },
    ]);
  });

  it('reads the labels, on which what a builder can do depends', async () => {
    const [node] = (await inspected('default')).nodes;
    expect(node?.labels['org.mobyproject.buildkit.worker.snapshotter']).toBe('overlayfs');
  });

  it('reads what buildx 0.10 wrote', () => {
    const { nodes } = parseBuilder(
      'Name:   old\nDriver: docker-container\n\nNodes:\nName:      old0\nEndpoint:  unix:///var/run/docker.sock\nStatus:    running\nBuildkit:  v0.10.6\nPlatforms: linux/amd64*, linux/mystery, linux/386\n',
    );
    expect(nodes[0]).toMatchObject({
      version: 'v0.10.6',
      fixed: [parsePlatform('amd64')],
      platforms: [parsePlatform('amd64'), parsePlatform('386')],
    });
  });

  it('keeps the reason of a builder that cannot be asked', async () => {
    const { error, nodes } = await inspected('unreachable');
    expect(error).toContain('Cannot connect');
    expect(nodes).toEqual([]);
  });

  it('refuses text that names no builder', () => {
    expect(() => parseBuilder('nothing of the kind')).toThrow(
      expect.objectContaining({ code: 'REMOTE_INVALID' }),
    );
  });
});

it('never lets the name of a builder be taken for an option', () => {
  expect(inspectArgs('--bootstrap', false)).toEqual(['inspect', '--', '--bootstrap']);
  expect(inspectArgs(undefined, true)).toEqual(['inspect', '--bootstrap']);
});

describe('judgeBuilder', () => {
  it.each([
    ['default', 'containerd', true, true],
    ['classic', 'classic', false, true],
    ['multi', 'classic', false, false],
    ['cont', undefined, true, false],
    ['dead', undefined, true, false],
  ])('judges %s as %s', async (...[file, store, full, loads]) => {
    const facts = judgeBuilder(await inspected(file));
    expect(facts.store).toBe(store);
    expect(facts.features).toEqual({
      multiPlatform: full,
      ociExporter: full,
      dockerExporter: full,
      attestations: full,
      cacheExport: full,
      loadsByDefault: loads,
    });
  });
});

describe('placePlatform', () => {
  it.each([
    ['default', 'amd64', 'native', 'default'],
    ['default', 'amd64/v2', 'native', 'default'],
    ['default', 'arm64', 'emulated', 'default'],
    ['default', 'arm/v7', 'emulated', 'default'],
    ['default', 'ppc64le', 'missing', 'default'],
    ['default', 'windows/amd64', 'missing', 'default'],
    ['classic', '386', 'native', 'default'],
    ['multi', 'amd64', 'native', 'multi0'],
    ['multi', 'arm64', 'native', 'multi1'],
    ['multi', 'arm/v7', 'native', 'multi1'],
    ['multi', 's390x', 'emulated', 'multi0'],
    ['cont', 'amd64', 'unknown', 'cont0'],
    ['dead', 'amd64', 'native', 'dead0'],
    ['dead', 'arm64', 'missing', 'dead0'],
  ])('%s builds %s: %s on %s', async (...[file, platform, support, node]) => {
    const place = placePlatform(await inspected(file), parsePlatform(platform));
    expect([place.support, place.node?.name]).toEqual([support, node]);
  });

  it('has no node in a builder without nodes', () => {
    expect(placePlatform({ nodes: [] }, parsePlatform('amd64'))).toEqual({ support: 'missing' });
  });
});

describe('versions', () => {
  it.each([
    ['github.com/docker/buildx v0.29.1 9872040b6626fb7d87ef7296fd5b832e8cc2ad17', '0.29.1', [0, 29, 1]],
    ['github.com/docker/buildx 0.29.1+ds1 0.29.1+ds1-4\n', '0.29.1+ds1', [0, 29, 1]],
    ['github.com/docker/buildx v0.36.0-desktop.1 abc', '0.36.0-desktop.1', [0, 36, 0]],
    ['github.com/docker/buildx (devel)', '(devel)', [0, 0, 0]],
  ])('reads %s', (text, version, [major, minor, patch]) => {
    expect(parseBuildxVersion(text)).toEqual({ text: version, major, minor, patch });
  });

  it('compares by number', () => {
    const version = parseBuildxVersion('github.com/docker/buildx v0.29.1 x');
    expect(isVersionAtLeast(version, [0, 29])).toBe(true);
    expect(isVersionAtLeast(version, [0, 3])).toBe(true);
    expect(isVersionAtLeast(version, [0, 30])).toBe(false);
    expect(isVersionAtLeast(version, [1, 0])).toBe(false);
  });

  it.each([
    ['Docker version 28.5.2+dfsg4, build 28.5.2+dfsg4-1\n', '28.5.2+dfsg4', [28, 5, 2]],
    ['Docker version 20.10.24, build 297e128', '20.10.24', [20, 10, 24]],
    ['', '', [0, 0, 0]],
  ])("reads docker's own: %j", (text, version, [major, minor, patch]) => {
    expect(parseDockerVersion(text)).toEqual({ text: version, major, minor, patch });
  });
});
