import { afterAll, describe, expect, inject, it } from 'vitest';
import { familiarReference, type Digest } from '@xbundle/core';
import { toolEnvironment } from '../engine/docker.ts';
import { isUnavailable, type Engines, type Unavailable } from '../engine/index.ts';
import { xbundle } from '../support/cli.ts';
import { EngineBench, freshContent, indexImage, rawLoad, type FreshContent } from './engine-fixture.ts';
import { archiveWithout } from './raw-layout.ts';

const provided: Engines | Unavailable = inject('engines');

interface ExportDocument {
  readonly written: boolean;
  readonly cells: readonly { readonly image: string; readonly platform: string; readonly state: string }[];
}

/** `docker save` of several names fails as a whole for some of these, and exits 0 for the others. */
describe.skipIf(isUnavailable(provided))('exporting from an engine that has one image in part', () => {
  if (isUnavailable(provided)) return;
  const bench = new EngineBench(provided.containerd);
  afterAll(() => bench[Symbol.asyncDispose]());

  it.each<[string, (content: FreshContent) => Digest, readonly string[]]>([
    ['its index', ({ index }) => index.manifest.digest, ['linux/amd64', 'linux/arm64']],
    ["the native platform's manifest", ({ amd64 }) => amd64.manifest.digest, ['linux/amd64']],
    ["another platform's manifest", ({ arm64 }) => arm64.manifest.digest, ['linux/arm64']],
    ["the native platform's config", ({ amd64 }) => amd64.config.digest, ['linux/amd64']],
    ['a layer', ({ arm64 }) => (arm64.layers[0] ?? arm64.config).digest, ['linux/arm64']],
  ])('without %s names its missing cells, and finds those of the others', async (_title, gap, missing) => {
    const [broken, whole] = [await freshContent(), await freshContent()];
    const names = [bench.named('RUN/broken:v1'), bench.named('RUN/whole:v1')] as const;
    await rawLoad(bench.engine.socket, await archiveWithout(names[0], broken.index, gap(broken)));
    await bench.target.store([indexImage(names[1], whole.index, [whole.amd64, whole.arm64])], whole.store);
    const args = ['export', ...names.map(familiarReference), '-p', 'amd64,arm64', '--from', 'docker'];
    const run = await xbundle(
      [...args, '-o', await bench.path(`${missing.join('').replaceAll('/', '')}.tar`), '--json'],
      {
        env: toolEnvironment(bench.engine),
      },
    );
    expect(run, run.stderr).toMatchObject({ exitCode: 3 });
    const { written, cells } = JSON.parse(run.stdout) as ExportDocument;
    expect(written).toBe(false);
    const absent = cells.filter(({ state }) => state === 'missing');
    expect(absent.every(({ image }) => image.includes('/broken:'))).toBe(true);
    expect(cells.filter(({ image }) => image.includes('/whole:')).map(({ state }) => state)).toEqual([
      'present',
      'present',
    ]);
    expect(absent.map(({ platform }) => platform)).toEqual(expect.arrayContaining([...missing]));
  });
});
