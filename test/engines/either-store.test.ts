import { afterAll, describe, expect, inject, it } from 'vitest';
import {
  describe as describeBytes,
  familiarReference,
  MEDIA_TYPES,
  openArchive,
  parseReference,
  type TargetImage,
} from '@xbundle/core';
import { createImage, layerOf, MemoryStore, type Layer } from '@xbundle/core/testing';
import { docker } from '../engine/docker.ts';
import { isUnavailable, type Engines, type Unavailable } from '../engine/index.ts';
import { cellImage, EngineBench, freshContent, uniqueName, zstdOf } from './engine-fixture.ts';
import { cellsOf } from './raw-layout.ts';

const provided: Engines | Unavailable = inject('engines');
const kinds = ['containerd', 'classic'] as const;

describe.skipIf(isUnavailable(provided)).each(kinds)('an engine with the %s store', (kind) => {
  if (isUnavailable(provided)) return;
  const bench = new EngineBench(provided[kind]);
  afterAll(() => bench[Symbol.asyncDispose]());

  it.each(['gzip', 'none', 'zstd', 'docker', 'no layers'] as const)('takes an image of %s', async (form) => {
    const files = [{ name: 'hello', content: `${form} ${Date.now()}` }];
    const plain = await layerOf(files, {
      compress: form === 'gzip' || form === 'docker' ? 'gzip' : 'none',
    });
    const layers = form === 'no layers' ? [] : [form === 'zstd' ? compressedWithZstd(plain) : plain];
    const made = createImage({
      platform: 'amd64',
      layers,
      labels: { form, now: String(Date.now()) },
      ...(form === 'docker' && { family: 'docker' as const }),
    });
    const image: TargetImage = cellImage(bench.named('RUN/form:v1'), made);
    await bench.target.store([image], new MemoryStore().add(made));
    expect(await bench.target.find(image.name)).toMatchObject({
      root: kind === 'containerd' ? made.manifest.digest : made.config.digest,
      cells: [{ complete: true }],
    });
    if (form === 'no layers') return;
    const container = await docker(bench.engine, [
      'create',
      '--platform',
      'linux/amd64',
      familiarReference(image.name),
      'x',
    ]);
    const copied = await bench.path(form);
    await docker(bench.engine, ['cp', `${container.stdout}:/hello`, copied]);
    await docker(bench.engine, ['rm', container.stdout]);
  });

  it('keeps no name of a load that was aborted', async () => {
    const { amd64, store } = await freshContent();
    const image = cellImage(uniqueName('RUN/aborted:v1'), amd64);
    const controller = new AbortController();
    const stored = bench.target.store([image], store, {
      signal: controller.signal,
      onProgress: (event) => {
        if (event.type === 'bytes' && event.bytes > 20_000) controller.abort();
      },
    });
    await expect(stored).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await bench.target.find(image.name)).toBeUndefined();
  });

  it('runs, on each of its platforms, what a builder made and this target stored', async () => {
    const file = await bench.path('built.tar');
    const platforms = ['linux/amd64', 'linux/arm64'];
    const output = ['--provenance=false', '--output', `type=oci,dest=${file}`];
    const tag = ['--tag', 'xbundle.example/built:v1'];
    const build = ['buildx', 'build', '--platform', platforms.join(','), ...tag, ...output];
    await docker(provided.containerd, [...build, provided.baseContext.directory]);
    const source = await openArchive(file);
    const root = await source.resolve(parseReference('xbundle.example/built:v1'));
    if (root === undefined) throw new Error('buildx writes the name');
    const content = source.content(parseReference('xbundle.example/built:v1'));
    const cells = await cellsOf(root, content);
    const names = kind === 'containerd' ? ['RUN/built:v1'] : ['RUN/built:v1-amd64', 'RUN/built:v1-arm64'];
    const images = names.map((name, at): TargetImage => {
      const own = kind === 'containerd' ? cells : cells.slice(at, at + 1);
      const [cell] = own;
      return {
        name: bench.named(name),
        root: kind === 'containerd' || cell === undefined ? root : cell.manifest,
        cells: own,
      };
    });
    await bench.target.store(images, content);
    await source.close();
    const machines: string[] = [];
    for (const [at, platform] of platforms.entries()) {
      const image = images[at] ?? images[0];
      if (image === undefined) continue;
      const run = ['run', '--rm', '--platform', platform, familiarReference(image.name), 'uname', '-m'];
      machines.push((await docker(bench.engine, run)).stdout);
    }
    expect(machines).toEqual(['x86_64', 'aarch64']);
  });
});

function compressedWithZstd(plain: Layer): Layer {
  if (!('bytes' in plain)) throw new Error('want a layer in memory');
  const bytes = zstdOf(plain.bytes);
  return { bytes, descriptor: describeBytes(MEDIA_TYPES.ociLayerZstd, bytes), diffId: plain.diffId };
}
