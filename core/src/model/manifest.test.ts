import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import type { Descriptor } from './descriptor.ts';
import { parseDigest } from './digest.ts';
import { attestationSubject, declaredMediaType, isAttestation, parseManifest } from './manifest.ts';
import { MEDIA_TYPES } from './media-types.ts';

const { ociIndex, ociManifest, dockerIndex, dockerManifest } = MEDIA_TYPES;
const digestOfNumber = (at: number) => parseDigest(`sha256:${at.toString(16).padStart(64, '0')}`);
const descriptor = (mediaType: string, more: object = {}) => ({
  mediaType,
  digest: digestOfNumber(1),
  size: 7,
  ...more,
});
const config = descriptor(MEDIA_TYPES.ociConfig);
const layer = descriptor(MEDIA_TYPES.ociLayerGzip);
const child = descriptor(ociManifest, { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } });
const manifest = { schemaVersion: 2, config, layers: [layer] };
const index = { schemaVersion: 2, manifests: [child] };

const parse = (document: unknown, mediaType: string) =>
  parseManifest(
    Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
    mediaType,
    'it',
  );
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

describe('parseManifest reads', () => {
  it.each([ociManifest, dockerManifest])('a manifest of type %s', (mediaType) => {
    expect(parse({ ...manifest, mediaType }, mediaType)).toEqual({
      kind: 'manifest',
      mediaType,
      config,
      layers: [layer],
    });
  });

  it.each([ociIndex, dockerIndex])('an index of type %s', (mediaType) => {
    expect(parse({ ...index, mediaType }, mediaType)).toEqual({
      kind: 'index',
      mediaType,
      manifests: [child],
    });
  });

  it('documents that do not say their own type', () => {
    expect(parse(manifest, ociManifest)).toMatchObject({ mediaType: ociManifest });
    expect(parse(index, ociIndex)).toMatchObject({ mediaType: ociIndex });
  });

  it('an index whose children are of both families, and indexes', () => {
    const manifests = [ociManifest, dockerManifest, ociIndex, dockerIndex].map((type) => descriptor(type));
    expect(parse({ schemaVersion: 2, manifests }, ociIndex)).toMatchObject({ manifests });
  });

  it('an empty index and a manifest without layers', () => {
    expect(parse({ schemaVersion: 2, manifests: [] }, ociIndex)).toMatchObject({ manifests: [] });
    expect(parse({ ...manifest, layers: [] }, ociManifest)).toMatchObject({ layers: [] });
  });

  it('annotations, artifact type and subject, and keeps members of descriptors that it does not know', () => {
    const more = { annotations: { A: '1', a: '2' }, artifactType: 'application/x', subject: child };
    expect(parse({ ...manifest, ...more }, ociManifest)).toMatchObject(more);
    const extended = descriptor(ociManifest, { data: 'e30=', 'com.example': { deep: [1] } });
    expect(parse({ ...index, manifests: [extended] }, ociIndex)).toMatchObject({ manifests: [extended] });
  });

  it('members of a document that it does not know', () => {
    expect(parse({ ...manifest, 'x-vendor': { a: 1 } }, ociManifest)).toMatchObject({ kind: 'manifest' });
  });

  it('a descriptor platform with an os.version', () => {
    const platform = {
      os: 'windows',
      architecture: 'amd64',
      'os.version': '10.0.1',
      'os.features': ['win32k'],
    };
    const manifests = [descriptor(ociManifest, { platform })];
    expect(parse({ schemaVersion: 2, manifests }, ociIndex)).toMatchObject({ manifests });
  });

  it('as many entries as the limits allow', () => {
    const layers = Array.from({ length: LIMITS.layersPerManifest }, () => layer);
    expect(parse({ ...manifest, layers }, ociManifest)).toMatchObject({ kind: 'manifest' });
  });
});

describe('parseManifest refuses', () => {
  it.each([MEDIA_TYPES.dockerSchema1, MEDIA_TYPES.dockerSchema1Signed])(
    'schema 1, %s, and says why',
    (type) => {
      const act = () => parse({ schemaVersion: 1, name: 'a', fsLayers: [], history: [] }, type);
      expect(act).toThrow(code('UNSUPPORTED'));
      expect(act).toThrow(/schema 1/);
    },
  );

  it.each(['', 'text/html', 'application/json', MEDIA_TYPES.ociConfig, `${ociManifest}; charset=utf-8`])(
    'the media type %j',
    (type) => {
      expect(() => parse(manifest, type)).toThrow(code('UNSUPPORTED'));
    },
  );

  it.each<[string, unknown, string]>([
    ['manifests and layers, as a manifest', { ...manifest, manifests: [] }, ociManifest],
    ['manifests and layers, as an index', { ...index, layers: [] }, ociIndex],
    ['manifests and a config', { ...index, config }, ociIndex],
    ['manifests and Layers, which Go takes for layers', { ...index, Layers: [] }, ociIndex],
    ['layers and Manifests', { ...manifest, MANIFESTS: [] }, ociManifest],
    ['fsLayers', { ...manifest, fsLayers: [] }, ociManifest],
    ['manifests that are null beside layers', { ...manifest, manifests: null }, ociManifest],
    ['schemaVersion 1', { ...manifest, schemaVersion: 1 }, ociManifest],
    ['no schemaVersion', { config, layers: [] }, ociManifest],
    ['a schemaVersion that is text', { ...manifest, schemaVersion: '2' }, ociManifest],
    ['a manifest as an index', manifest, ociIndex],
    ['an index as a manifest', index, ociManifest],
    ['a mediaType that is not what was served', { ...manifest, mediaType: dockerManifest }, ociManifest],
    ['an index that says it is a manifest', { ...index, mediaType: ociManifest }, ociIndex],
    ['no config', { schemaVersion: 2, layers: [] }, ociManifest],
    ['no layers', { schemaVersion: 2, config }, ociManifest],
    ['layers that are null', { ...manifest, layers: null }, ociManifest],
    ['annotations that are no text', { ...manifest, annotations: { a: 1 } }, ociManifest],
    [
      'a subject with a malformed digest',
      { ...manifest, subject: { ...child, digest: 'sha256:x' } },
      ociManifest,
    ],
    ['null', null, ociManifest],
    ['a list', [], ociManifest],
    ['text', '"x"', ociManifest],
    ['HTML', '<html>', ociManifest],
    ['duplicate layers', '{"schemaVersion":2,"layers":[],"layers":[]}', ociManifest],
  ])('%s', (_, document, mediaType) => {
    expect(() => parse(document, mediaType)).toThrow(code('DOCUMENT_INVALID'));
  });

  it.each<[string, object]>([
    ['an upper-case digest', { digest: `sha256:${'A'.repeat(64)}` }],
    ['another algorithm', { digest: `md5:${'a'.repeat(32)}` }],
    ['no digest', { digest: undefined }],
    ['a negative size', { size: -1 }],
    ['a size with a fraction', { size: 1.5 }],
    ['a size that is text', { size: '7' }],
    ['no size', { size: undefined }],
    ['an unsafe size', { size: 2 ** 53 }],
    ['an empty media type', { mediaType: '' }],
    ['a member in another case', { Platform: { os: 'linux', architecture: 'arm64' } }],
    ['a platform without architecture', { platform: { os: 'linux' } }],
    ['a platform that hides a slash', { platform: { os: 'linux/arm', architecture: 'v7' } }],
    ['a platform that hides a colour', { platform: { os: '\u001B[31mlinux', architecture: 'amd64' } }],
    ['a platform member in another case', { platform: { os: 'linux', architecture: 'arm', Variant: 'v6' } }],
    ['annotations that are a list', { annotations: ['a'] }],
    ['urls that are text', { urls: 'http://x' }],
  ])('a descriptor with %s', (_, change) => {
    const broken = { ...layer, ...change };
    for (const [document, type] of [
      [{ ...manifest, layers: [layer, broken] }, ociManifest],
      [{ ...manifest, config: broken }, ociManifest],
      [{ ...index, manifests: [broken] }, ociIndex],
    ] as const) {
      expect(() => parse(document, type)).toThrow(code('DOCUMENT_INVALID'));
    }
  });

  it.each(['9007199254740993', '1e3', '7.0', '1e400', '-1', '"7"', '0x7', '07', 'null', 'true'])(
    'the size %s',
    (size) => {
      const text = JSON.stringify(manifest).replaceAll('"size":7', `"size":${size}`);
      expect(() => parse(text, ociManifest)).toThrow(code('DOCUMENT_INVALID'));
    },
  );

  it('more entries than the limits allow', () => {
    const layers = Array.from({ length: LIMITS.layersPerManifest + 1 }, () => layer);
    const manifests = Array.from({ length: LIMITS.manifestsPerIndex + 1 }, () => child);
    expect(() => parse({ ...manifest, layers }, ociManifest)).toThrow(code('LIMIT_EXCEEDED'));
    expect(() => parse({ schemaVersion: 2, manifests }, ociIndex)).toThrow(code('LIMIT_EXCEEDED'));
  });

  it('a wrong member with its place in the message', () => {
    const layers = [layer, { ...layer, size: -1 }];
    expect(() => parse({ ...manifest, layers }, ociManifest)).toThrow(/^reading it: layers\[1\]\.size: /);
  });
});

it('passes over __proto__ keys without harm', () => {
  const text = JSON.stringify(manifest).replace(
    '{',
    '{"__proto__":{"polluted":1},"annotations":{"__proto__":"x"},',
  );
  expect(parse(text, ociManifest)).toMatchObject({ kind: 'manifest' });
  expect({}).not.toHaveProperty('polluted');
});

it.each([
  ['{"mediaType":"a/b"}', 'a/b'],
  ['{"schemaVersion":2}', undefined],
])('the media type that %s declares is %s', (text, expected) => {
  expect(declaredMediaType(Buffer.from(text), 'it')).toBe(expected);
});

it('refuses a declared media type that is no text', () => {
  expect(() => declaredMediaType(Buffer.from('{"mediaType":1}'), 'it')).toThrow(code('DOCUMENT_INVALID'));
});

describe('attestations', () => {
  const subject = digestOfNumber(5);
  const attestation: Descriptor = {
    ...descriptor(ociManifest, { platform: { os: 'unknown', architecture: 'unknown' } }),
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': subject,
    },
  };

  it('are known by their annotation, and name their subject', () => {
    expect(isAttestation(attestation)).toBe(true);
    expect(attestationSubject(attestation)).toBe(subject);
  });

  it('without a digest that is one name no subject', () => {
    const annotations = { ...attestation.annotations, 'vnd.docker.reference.digest': 'sha256:x' };
    expect(attestationSubject({ ...attestation, annotations })).toBeUndefined();
    expect(attestationSubject(child)).toBeUndefined();
    expect(isAttestation(child)).toBe(false);
  });
});
