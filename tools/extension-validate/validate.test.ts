import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkDockerfile } from './dockerfile.ts';
import { checkCompose, checkMetadata } from './documents.ts';
import { checkLabels, readLabels } from './labels.ts';
import { validateExtension } from './validate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): Promise<string> => readFile(`${root}/${name}`, 'utf8');

it.each([false, true])(
  'finds nothing wrong with the extension of this repository; as a release: %s',
  async (isRelease) => {
    expect(await validateExtension(root, isRelease)).toEqual([]);
  },
);

describe('labels', () => {
  it('are read from instructions over several lines, with quotes', () => {
    const labels = readLabels(
      'FROM a\nLABEL x="not this"\nFROM b\nLABEL a="1 \\"2\\"" \\\n  b=3\n# LABEL c=4\nLABEL d=""\n',
    );
    expect([...labels]).toEqual([
      ['a', '1 "2"'],
      ['b', '3'],
      ['d', ''],
    ]);
  });

  it.each([
    ['org.opencontainers.image.title', ''],
    ['com.docker.desktop.extension.api.version', 'newest'],
    ['com.docker.extension.screenshots', '[{"alt":"x"}]'],
    ['com.docker.extension.screenshots', 'none'],
    ['com.docker.extension.publisher-url', 'http://x'],
    ['com.docker.extension.categories', 'ci-cd,cooking'],
    ['com.docker.extension.spelled-wrong', 'x'],
  ])('that are not as documented are found: %s=%s', async (name, value) => {
    const labels = new Map(readLabels(await read('Dockerfile'))).set(name, value);
    expect(checkLabels(labels)).toEqual([expect.stringContaining(name)]);
  });

  it('that are missing are found', async () => {
    const labels = new Map(readLabels(await read('Dockerfile')));
    labels.delete('com.docker.extension.changelog');
    expect(checkLabels(labels)).toEqual(['label com.docker.extension.changelog: it is missing']);
  });
});

describe('metadata.json', () => {
  it.each([
    ['a member that is obsolete', { name: 'xbundle' }],
    ['no icon', { icon: undefined }],
    ['an absolute icon', { icon: '/xbundle.svg' }],
    ['another socket', { vm: { composefile: 'docker-compose.yaml', exposes: { socket: 'other.sock' } } }],
  ])('with %s is refused', async (_, change) => {
    const metadata = { ...(JSON.parse(await read('metadata.json')) as object), ...change };
    expect(checkMetadata(metadata)).not.toEqual([]);
  });
});

describe('docker-compose.yaml', () => {
  it.each([
    ['another image', { image: 'xbundle:1' }],
    ['ports', { ports: ['80:80'] }],
    ['privileges', { privileged: true }],
    ["the host's network", { network_mode: 'host' }],
    ['no restart', { restart: undefined }],
    ['the wrong socket', { volumes: ['/var/run/docker.sock:/var/run/docker.sock', 'xbundle-data:/data'] }],
    ['no volume', { volumes: ['/var/run/docker.sock.raw:/var/run/docker.sock'] }],
  ])('with %s is refused', async (_, change) => {
    const compose = parse(await read('docker-compose.yaml')) as { services: { xbundle: object } };
    const services = { xbundle: { ...compose.services.xbundle, ...change } };
    expect(checkCompose({ ...compose, services })).toHaveLength(1);
  });
});

it('wants digests of a release only', async () => {
  const dockerfile = await read('Dockerfile');
  expect(checkDockerfile(dockerfile, false)).toEqual([]);
  const pinned = dockerfile.replace(/^(ARG \w+_IMAGE=\S+)$/gm, `$1@sha256:${'0'.repeat(64)}`);
  expect(checkDockerfile(pinned, true)).toEqual([]);
});
