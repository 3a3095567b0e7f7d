import { describe, expect, it } from 'vitest';
import { parseImageConfig } from './image-config.ts';

const parse = (document: unknown) =>
  parseImageConfig(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)), 'it');

/** What `docker build` of the classic builder writes, with its nulls and its two configs. */
const docker = {
  architecture: 'amd64',
  config: {
    Hostname: '',
    Domainname: '',
    User: '',
    AttachStdin: false,
    ExposedPorts: { '8080/tcp': {}, '8080/TCP': {} },
    Tty: false,
    Env: ['PATH=/usr/bin', 'path=/bin'],
    Cmd: null,
    Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000 },
    Image: 'sha256:abc',
    Volumes: { '/data': {}, '/Data': {} },
    WorkingDir: '',
    Entrypoint: ['/app'],
    OnBuild: null,
    Labels: { Maintainer: 'a', maintainer: 'b', size: '1.5e3' },
  },
  container: 'f2e1',
  container_config: {
    Hostname: 'f2e1',
    Cmd: ['/bin/sh', '-c', '#(nop) CMD'],
    Labels: null,
    Entrypoint: null,
  },
  created: '2024-05-06T07:08:09.123456789Z',
  docker_version: '20.10.24',
  history: [
    { created: '2024-05-06T07:08:09Z', created_by: '/bin/sh -c #(nop) ADD file:x in / ' },
    { created: '2024-05-06T07:08:09Z', created_by: 'CMD ["sh"]', empty_layer: true },
  ],
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [`sha256:${'1'.repeat(64)}`] },
};

it('reads what the classic builder of Docker writes', () => {
  expect(parse(docker)).toEqual({
    platform: { os: 'linux', architecture: 'amd64' },
    created: '2024-05-06T07:08:09.123456789Z',
    diffIds: [`sha256:${'1'.repeat(64)}`],
    history: [
      { createdBy: '/bin/sh -c #(nop) ADD file:x in / ', emptyLayer: false },
      { createdBy: 'CMD ["sh"]', emptyLayer: true },
    ],
  });
});

it.each([
  [
    { architecture: 'arm', os: 'linux' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
  ],
  [
    { architecture: 'arm', os: 'linux', variant: 'v6' },
    { os: 'linux', architecture: 'arm', variant: 'v6' },
  ],
  [
    { architecture: 'arm64', os: 'linux', variant: 'v8' },
    { os: 'linux', architecture: 'arm64' },
  ],
  [
    { architecture: 'aarch64', os: 'Linux', variant: '' },
    { os: 'linux', architecture: 'arm64' },
  ],
  [
    { architecture: 'amd64', os: 'windows', 'os.version': '10.0.20348.1', 'os.features': ['win32k'] },
    { architecture: 'amd64', os: 'windows', 'os.version': '10.0.20348.1', 'os.features': ['win32k'] },
  ],
  [
    { architecture: 'unknown', os: 'unknown' },
    { architecture: 'unknown', os: 'unknown' },
  ],
  [
    { architecture: 'constructor', os: 'linux' },
    { architecture: 'constructor', os: 'linux' },
  ],
])('%o is of platform %o', (document, platform) => {
  expect(parse(document).platform).toEqual(platform);
});

it('takes null for absent', () => {
  const text =
    '{"architecture":"amd64","os":"linux","variant":null,"os.version":null,"os.features":null,' +
    '"created":null,"rootfs":null,"history":null,"config":null}';
  expect(parse(text)).toEqual({ platform: { os: 'linux', architecture: 'amd64' }, diffIds: [], history: [] });
  expect(parse({ architecture: 'amd64', os: 'linux', rootfs: { diff_ids: null } }).diffIds).toEqual([]);
});

describe('parseImageConfig refuses', () => {
  it.each<[string, unknown]>([
    ['the empty config of an artifact', {}],
    ['no architecture', { os: 'linux' }],
    ['no operating system', { architecture: 'amd64' }],
    ['an empty operating system', { os: '', architecture: 'amd64' }],
    ['an architecture that is a number', { os: 'linux', architecture: 386 }],
    ['an operating system that hides a slash', { os: 'linux/arm', architecture: 'v7' }],
    ['a variant with a control character', { os: 'linux', architecture: 'arm', variant: 'v7\u0007' }],
    ['a variant in another case', { os: 'linux', architecture: 'arm', Variant: 'v6' }],
    ['diff_ids that are no list', { os: 'linux', architecture: 'amd64', rootfs: { diff_ids: {} } }],
    ['a list', []],
    ['two architectures', '{"os":"linux","architecture":"amd64","architecture":"arm64"}'],
    ['two architectures in two cases', '{"os":"linux","architecture":"amd64","Architecture":"arm64"}'],
  ])('%s', (_, document) => {
    expect(() => parse(document)).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }));
  });
});
