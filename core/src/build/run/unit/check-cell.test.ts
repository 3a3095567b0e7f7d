import { beforeAll, describe, expect, it } from 'vitest';
import { parsePlatform } from '../../../model/index.ts';
import {
  MemoryStore,
  randomImage,
  randomIndex,
  type TestContent,
  type TestImage,
} from '../../../testing/index.ts';
import { checkCell, type CellCheck } from './check-cell.ts';

const ARM = 'linux/arm64';

describe('the result of a cell', () => {
  let image: TestImage;
  let attested: TestContent;

  beforeAll(async () => {
    image = await randomImage('cell', ARM);
    attested = await randomIndex('cell', [ARM], { attestations: true });
  });

  function check(
    content: TestContent,
    platform: string,
    { from = new MemoryStore().add(content), images = 1 } = {},
  ): Promise<CellCheck> {
    return checkCell(content.manifest, { platform: parsePlatform(platform), images, from });
  }

  it('is a manifest, with its platform and size', async () => {
    const found = await check(image, ARM);
    expect(found).toMatchObject({
      state: 'done',
      result: {
        kind: 'oci',
        root: image.manifest,
        manifest: { digest: image.manifest.digest, platform: { os: 'linux', architecture: 'arm64' } },
        config: { digest: image.config.digest },
        attestations: [],
      },
    });
  });

  it('is an index of one image and its attestations', async () => {
    const found = await check(attested, ARM);
    expect(found).toMatchObject({ state: 'done', result: { root: attested.manifest } });
    expect(found.state === 'done' && found.result.attestations).toHaveLength(1);
  });

  it('is wrong when its config says another platform', async () => {
    const found = await check(image, 'linux/amd64');
    expect(found).toEqual({
      state: 'wrong',
      reason: 'the result is for linux/arm64 by its config, not for linux/amd64',
    });
  });

  it('is wrong when there are two images under it', async () => {
    expect(await check(await randomIndex('two', ['linux/amd64', ARM]), ARM)).toMatchObject({
      state: 'wrong',
    });
  });

  describe('that was built together with another', () => {
    const both = ['linux/amd64', ARM];

    it('is the image that the index lists for its platform, with its own attestations', async () => {
      const content = await randomIndex('both', both, { attestations: true });
      const found = await Promise.all(both.map((platform) => check(content, platform, { images: 2 })));
      expect(found.map(({ state }) => state)).toEqual(['done', 'done']);
      const results = found.flatMap((each) => (each.state === 'done' ? [each.result] : []));
      expect(results).toMatchObject(both.map(() => ({ root: content.manifest, platforms: 2 })));
      expect(new Set(results.map(({ manifest }) => manifest.digest)).size).toBe(2);
      expect(
        new Set(results.flatMap(({ attestations }) => attestations.map(({ digest }) => digest))).size,
      ).toBe(2);
    });

    it('is wrong when the index lists another platform instead', async () => {
      const content = await randomIndex('other', ['linux/amd64', 'linux/s390x']);
      expect(await check(content, ARM, { images: 2 })).toEqual({
        state: 'wrong',
        reason: 'the result lists no image for linux/arm64',
      });
    });

    it('is wrong when it is alone', async () => {
      expect(await check(image, ARM, { images: 2 })).toMatchObject({ state: 'wrong' });
    });
  });

  it.each(['config', 'layer', 'manifest'] as const)('is not there when its %s is absent', async (part) => {
    const from = new MemoryStore().add(image);
    const { digest } = part === 'layer' ? (image.layers[0] ?? image.config) : image[part];
    from.drop(digest);
    expect(await check(image, ARM, { from })).toMatchObject({ state: 'failed' });
  });

  it('is not there when a blob of its attestation is absent', async () => {
    const from = new MemoryStore().add(attested);
    for (const { descriptor } of attested.blobs.values()) {
      if (descriptor.mediaType.includes('in-toto')) from.drop(descriptor.digest);
    }
    expect(await check(attested, ARM, { from })).toMatchObject({ state: 'failed' });
  });
});
