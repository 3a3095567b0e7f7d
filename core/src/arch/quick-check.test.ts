import { describe, expect, it } from 'vitest';
import { parsePlatform, type Descriptor } from '../model/index.ts';
import { createImage, layerOf, MemoryStore, type Layer } from '../testing/index.ts';
import type { ArchCell } from './image-cell.ts';
import { quickCheck } from './quick-check.ts';

const layer = (name: string, size = 10): Promise<Layer> =>
  layerOf([{ name, content: 'x'.repeat(size) }], { compress: 'none' });

interface Wanted {
  /** What the index says; the config's own when absent. */
  readonly listed?: string;
  readonly platform: string;
  readonly layers: readonly Layer[];
}

function cell({ listed, platform, layers }: Wanted): ArchCell {
  const image = createImage({ platform: parsePlatform(platform), layers });
  const config = image.blobs.get(image.config.digest)?.bytes ?? new Uint8Array();
  const { manifest } = image;
  return {
    platform: parsePlatform(listed ?? platform),
    manifest,
    layers: image.layers,
    config,
    content: new MemoryStore(),
  };
}

/** `severity code` of each finding, and the shared layers, of each cell. */
function told(cells: readonly ArchCell[]): readonly unknown[] {
  return quickCheck(cells).map(({ findings, shared }) => [
    ...findings.map(({ severity, code }) => `${severity} ${code}`),
    ...shared,
  ]);
}

describe('quickCheck', () => {
  it('has nothing to say of platforms that have nothing in common', async () => {
    const cells = [
      cell({ platform: 'amd64', layers: [await layer('a')] }),
      cell({ platform: 'arm64', layers: [await layer('b')] }),
    ];
    expect(told(cells)).toEqual([[], []]);
  });

  it.each([
    ['another architecture', 'arm64', 'amd64', ['error config-platform']],
    ['another variant', 'arm/v6', 'arm/v7', ['error config-platform']],
    ['a variant that the config leaves out', 'arm64', 'linux/arm64/v8', []],
    ['a version of Windows that the config leaves out', 'windows/amd64:10.0.1', 'windows/amd64', []],
  ])('holds the listed platform against the config: %s', async (...[, listed, platform, expected]) => {
    expect(told([cell({ listed, platform, layers: [await layer('a')] })])).toEqual([expected]);
  });

  it('suspects two architectures with the same layers', async () => {
    const layers = [await layer('a'), await layer('b')];
    const cells = [cell({ platform: 'amd64', layers }), cell({ platform: 'arm64', layers })];
    expect(told(cells)).toEqual([
      ['warning same-layers', 0, 1],
      ['warning same-layers', 0, 1],
    ]);
  });

  it('knows the same content in another compression by its diff ID', async () => {
    const plain = await layerOf([{ name: 'a', content: 'x' }], { compress: 'none' });
    const packed = await layerOf([{ name: 'a', content: 'x' }]);
    const cells = [
      cell({ platform: 'arm64', layers: [plain] }),
      cell({ platform: 'amd64', layers: [packed] }),
    ];
    expect(told(cells)[0]).toEqual(['warning same-layers', 0]);
  });

  it('notes two architectures on the same first layer', async () => {
    const base = await layer('base');
    const cells = [
      cell({ platform: 'amd64', layers: [base, await layer('a')] }),
      cell({ platform: 'arm64', layers: [base, await layer('b')] }),
    ];
    expect(told(cells)).toEqual([
      ['info same-base', 0],
      ['info same-base', 0],
    ]);
  });

  it('lets variants of one architecture have the same layers', async () => {
    const layers = [await layer('a')];
    const cells = [cell({ platform: 'arm/v6', layers }), cell({ platform: 'arm/v7', layers })];
    expect(told(cells)).toEqual([[], []]);
  });

  it('notes a platform that is far smaller than another', async () => {
    const cells = [
      cell({ platform: 'amd64', layers: [await layer('a', 100_000)] }),
      cell({ platform: 'arm64', layers: [await layer('b', 10)] }),
    ];
    expect(told(cells)).toEqual([[], ['info size-ratio']]);
  });

  it('takes an image without layers', () => {
    const layers: readonly Layer[] = [];
    const cells = [cell({ platform: 'amd64', layers }), cell({ platform: 'arm64', layers })];
    expect(told(cells)).toEqual([[], []]);
    expect(cells[0]?.layers satisfies readonly Descriptor[] | undefined).toEqual([]);
  });
});
