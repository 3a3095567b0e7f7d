import { describe, expect, it } from 'vitest';
import { describe as describeBytes, type BlobSource } from '../content/index.ts';
import { MEDIA_TYPES, parsePlatform, type Digest } from '../model/index.ts';
import { elfFor } from '../testing/images/arch-binaries.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { createImage, layerOf, MemoryStore, type Layer, type LayerFile } from '../testing/index.ts';
import { ArchChecker, type ArchDepth } from './arch-checker.ts';
import type { ArchVerdict } from './finding.ts';
import type { ArchCell } from './image-cell.ts';

/** Images in memory, and a count of how often each blob is read. */
class Bench {
  readonly #store = new MemoryStore();
  readonly reads = new Map<Digest, number>();
  readonly source: BlobSource = {
    read: (blob, options) => {
      this.reads.set(blob.digest, (this.reads.get(blob.digest) ?? 0) + 1);
      return this.#store.read(blob, options);
    },
    readFrom: (blob, offset, options) => this.#store.readFrom(blob, offset, options),
    lacks: (blobs) => this.#store.lacks(blobs),
  };

  async cell(platform: string, layers: readonly Layer[]): Promise<ArchCell> {
    const image = createImage({ platform, layers, cmd: ['/bin/app'] });
    for (const blob of image.blobs.values()) {
      await this.#store.write(blob.descriptor, one(blob.bytes));
    }
    const config = image.blobs.get(image.config.digest)?.bytes ?? new Uint8Array();
    const { manifest } = image;
    return {
      platform: parsePlatform(platform),
      manifest,
      layers: image.layers,
      config,
      content: this.source,
    };
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const program = (architecture: string, name = 'bin/app'): LayerFile => ({
  name,
  content: elfFor(architecture),
  mode: 0o755,
});

async function check(depth: ArchDepth, cells: readonly ArchCell[]): Promise<readonly ArchVerdict[]> {
  return [...(await new ArchChecker({ depth }).check(cells)).values()];
}

const states = (verdicts: readonly ArchVerdict[]): readonly string[] => verdicts.map(({ state }) => state);

describe('ArchChecker', () => {
  it.each<[ArchDepth, readonly string[], number]>([
    ['quick', ['suspect', 'suspect'], 0],
    ['decide', ['ok', 'wrong'], 1],
    ['full', ['ok', 'wrong'], 1],
  ])('at depth %s finds one program under two platforms', async (depth, expected, reads) => {
    const bench = new Bench();
    const layers = [await layerOf([program('amd64')])];
    const cells = [await bench.cell('amd64', layers), await bench.cell('arm64', layers)];
    expect(states(await check(depth, cells))).toEqual(expected);
    expect(bench.reads.get(layers[0]?.descriptor.digest ?? ('' as Digest)) ?? 0).toBe(reads);
  });

  it.each<[ArchDepth, readonly string[]]>([
    ['quick', ['suspect', 'suspect']],
    ['decide', ['not-applicable', 'not-applicable']],
    ['full', ['not-applicable', 'not-applicable']],
  ])('at depth %s lets platforms share layers without a program', async (depth, expected) => {
    const bench = new Bench();
    const layers = [await layerOf([{ name: 'data.txt', content: 'x' }])];
    const cells = [await bench.cell('amd64', layers), await bench.cell('arm64', layers)];
    expect(states(await check(depth, cells))).toEqual(expected);
  });

  it.each<[ArchDepth, readonly string[]]>([
    ['quick', ['unread', 'unread']],
    ['decide', ['unread', 'unread']],
    ['full', ['ok', 'wrong']],
  ])('at depth %s sees what it should of one wrong layer', async (depth, expected) => {
    const bench = new Bench();
    const cells = [
      await bench.cell('amd64', [await layerOf([program('amd64')])]),
      await bench.cell('arm64', [await layerOf([program('amd64'), { name: 'other', content: 'x' }])]),
    ];
    expect(states(await check(depth, cells))).toEqual(expected);
  });

  it('reads a layer once, whichever images have it', async () => {
    const bench = new Bench();
    const base = await layerOf([{ name: 'etc/x', content: 'x' }]);
    const checker = new ArchChecker({ depth: 'full' });
    const images = [
      await bench.cell('arm64', [base, await layerOf([program('arm64')])]),
      await bench.cell('arm64', [base]),
    ];
    await Promise.all(images.map((cell) => checker.check([cell])));
    expect(bench.reads.get(base.descriptor.digest)).toBe(1);
  });

  it('names layer and build step', async () => {
    const bench = new Bench();
    const layers = [await layerOf([program('arm64')]), await layerOf([program('amd64', 'usr/bin/x')])];
    const [verdict] = await check('full', [await bench.cell('arm64', layers)]);
    expect(verdict?.findings[0]).toMatchObject({ layer: layers[1]?.descriptor.digest, createdBy: 'layer 1' });
  });

  it.each<[string, Layer, ArchVerdict['state']]>([
    ['damaged', rawLayer('application/vnd.oci.image.layer.v1.tar', 'no tar '.repeat(200)), 'wrong'],
    ['encrypted', rawLayer(`${MEDIA_TYPES.ociLayerGzip}+encrypted`, 'secret'), 'suspect'],
  ])('tells of a layer that is %s', async (_, layer, expected) => {
    const bench = new Bench();
    const [verdict] = await check('full', [
      await bench.cell('arm64', [await layerOf([program('arm64')]), layer]),
    ]);
    expect(verdict).toMatchObject({
      state: expected,
      findings: [{ code: 'layer-unread', layer: layer.descriptor.digest }],
    });
  });

  it('fails where a layer is not there', async () => {
    const bench = new Bench();
    const cell = await bench.cell('arm64', []);
    const absent = rawLayer(MEDIA_TYPES.ociLayer, 'never stored').descriptor;
    expect(await errorCodeOf(check('full', [{ ...cell, layers: [absent] }]))).toBe('NOT_FOUND');
  });

  it('goes on after a failure', async () => {
    const bench = new Bench();
    const checker = new ArchChecker({ depth: 'full' });
    const cell = await bench.cell('arm64', [await layerOf([program('arm64')])]);
    const absent = rawLayer(MEDIA_TYPES.ociLayer, 'never stored').descriptor;
    const failing = checker.check([{ ...cell, layers: [absent] }]);
    const following = checker.check([cell]);
    expect(await errorCodeOf(failing)).toBe('NOT_FOUND');
    expect(states([...(await following).values()])).toEqual(['ok']);
  });

  it('ends when it is told to', async () => {
    const bench = new Bench();
    const cell = await bench.cell('arm64', [await layerOf([program('arm64')])]);
    const stopped = new ArchChecker({ depth: 'full', signal: AbortSignal.abort() });
    expect(await errorCodeOf(stopped.check([cell]))).toBe('INTERRUPTED');
  });
});

function rawLayer(mediaType: string, text: string): Layer {
  const bytes = Buffer.from(text);
  const descriptor = describeBytes(mediaType, bytes);
  return { descriptor, bytes, diffId: descriptor.digest };
}
