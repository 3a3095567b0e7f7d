import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import { parseDigest, parseReference } from '../model/index.ts';
import { startScriptedEngine } from '../testing/engine/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient } from './engine-client.ts';
import { findEngineImage, type EngineImage } from './images.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const root = {
  mediaType: 'application/vnd.oci.image.index.v1+json',
  digest: digest('a'),
  size: 10,
};

/** What the engine found when it answers each path so; a path that is not here is a 404. */
async function find(
  name: string,
  answers: Readonly<Record<string, unknown>>,
  ApiVersion = '1.51',
): Promise<{ image: EngineImage | undefined; asked: readonly string[] }> {
  await using engine = await startScriptedEngine(
    (_request, response, url) => {
      const answer = answers[decodeURIComponent(url.pathname)];
      if (answer === undefined) response.writeHead(404).end('{"message":"No such image"}');
      else response.end(JSON.stringify(answer));
    },
    { ApiVersion },
  );
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  try {
    return { image: await findEngineImage(client, parseReference(name)), asked: engine.asked };
  } finally {
    await client.close();
  }
}

const path = '/images/docker.io/library/app:v1/json';

describe('findEngineImage', () => {
  it('tells cells, attestations and what is not whole', async () => {
    const child = (digit: string, platform: unknown, more: object): object => ({
      ID: digest(digit),
      Descriptor: {
        mediaType: manifestType,
        digest: digest(digit),
        size: 5,
        ...(platform !== null && { platform }),
      },
      Available: true,
      Size: { Content: 100, Total: 300 },
      ...more,
    });
    const { image } = await find('app:v1', {
      [path]: {
        Id: digest('a'),
        Descriptor: { ...root, annotations: { 'config.digest': digest('c') } },
        Manifests: [
          child('1', { os: 'linux', architecture: 'arm64', variant: 'v8' }, { Kind: 'image' }),
          child(
            '2',
            { os: 'linux', architecture: 'arm', variant: 'v6' },
            { Kind: 'image', Available: false },
          ),
          child('3', null, {
            Kind: 'image',
            ImageData: { Platform: { os: 'linux', architecture: 'amd64', variant: '' } },
          }),
          child(
            '4',
            { os: 'unknown', architecture: 'unknown' },
            { Kind: 'attestation', AttestationData: { For: digest('1') } },
          ),
          child(
            '5',
            { os: 'unknown', architecture: 'unknown' },
            { Kind: 'unknown', Available: false, ImageData: null },
          ),
        ],
      },
    });
    expect(image).toEqual({
      store: 'containerd',
      root: digest('a'),
      descriptor: root,
      cells: [
        {
          platform: { os: 'linux', architecture: 'arm64' },
          manifest: digest('1'),
          complete: true,
          size: 100,
        },
        {
          platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
          manifest: digest('2'),
          complete: false,
          size: 100,
        },
        {
          platform: { os: 'linux', architecture: 'amd64' },
          manifest: digest('3'),
          complete: true,
          size: 100,
        },
      ],
      attestations: [
        { manifest: digest('4'), subject: digest('1'), complete: true },
        { manifest: digest('5'), complete: false },
      ],
    });
  });

  it('takes the image ID of a classic store for the config of its one platform', async () => {
    const answer = {
      Id: digest('c'),
      Os: 'linux',
      Architecture: 'arm',
      Variant: 'v7',
      Size: 7,
      Descriptor: null,
    };
    const { image } = await find('app:v1', { [path]: answer });
    expect(image).toEqual({
      store: 'classic',
      root: digest('c'),
      cells: [
        {
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
          config: digest('c'),
          complete: true,
          size: 7,
        },
      ],
      attestations: [],
    });
  });

  it('asks for tag and digest apart, and takes only what has the digest', async () => {
    const wanted = parseDigest(digest('a'));
    const byDigest = `/images/docker.io/library/app@${wanted}/json`;
    const answer = { Id: wanted, Descriptor: root, Manifests: [] };
    const other = { Id: digest('b'), Descriptor: { ...root, digest: digest('b') }, Manifests: [] };
    expect((await find(`app:v1@${wanted}`, { [path]: other, [byDigest]: answer })).image?.root).toBe(wanted);
    expect((await find(`app:v1@${wanted}`, { [path]: answer })).image?.root).toBe(wanted);
    expect((await find(`app:v1@${wanted}`, { [path]: other })).image).toBeUndefined();
    expect((await find(`app@${wanted}`, { [path]: answer })).image).toBeUndefined();
  });

  it('knows nothing of a name the engine does not', async () => {
    expect((await find('app:v1', {})).image).toBeUndefined();
  });

  it('reports an answer that is no image, and never fails otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (answer) => {
        const error: unknown = await find('app:v1', { [path]: answer }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(isXbundleError(error, 'REMOTE_INVALID')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
