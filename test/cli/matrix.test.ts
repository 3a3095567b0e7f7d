import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { xbundle } from '../support/cli.ts';
import { exportOf, receiptOf, verifyOf } from '../support/documents.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { SOURCES, type Prepared, type Workshop } from '../support/matrix-sources.ts';
import { TARGETS, type Exported } from '../support/matrix-targets.ts';
import { allDigests } from '../support/registry-images.ts';
import { buildSample } from '../support/sample-image.ts';

describeWithEngines('an image of two platforms', (engines) => {
  const { containerd, registry } = engines;
  const repository = uniqueRepository('matrix');
  const origin = `${registry.host}/${repository}/origin:v1`;
  let workshop: Workshop;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(engines.directory, 'matrix-'));
    workshop = { engines, scratch, origin, repository };
    await buildSample(engines, { scratch, name: origin });
    await docker(containerd, ['push', '--quiet', origin]);
  });

  afterAll(async () => {
    await removeImages(containerd, [origin]);
    await rm(workshop.scratch, { recursive: true, force: true });
  });

  describe.each(SOURCES.map((source, at) => ({ ...source, key: `source${at}` })))('from $title', (source) => {
    let prepared: Prepared;
    let bundle: string;
    let exported: Exported;

    beforeAll(async () => {
      prepared = await source.prepare(workshop);
      const { name, from, platforms, env } = prepared;
      bundle = join(workshop.scratch, `${source.key}.bundle.tar`);
      const flags = ['--from', from, '--platform', platforms.join(), '-o', bundle, '--json'];
      const done = await xbundle(['export', name, ...flags], { env });
      expect(done).toMatchObject({ exitCode: 0 });
      const { images, cells, attestations } = exportOf(done);
      const [image] = images;
      expect(images).toHaveLength(1);
      exported = {
        key: source.key,
        workshop,
        name: image?.name ?? '',
        root: image?.root.digest ?? '',
        assembled: image?.origin === 'assembled',
        cells,
        attestations,
      };
      await prepared.clean();
    });

    it('is in the bundle with every platform, and with its digest where it had one', async () => {
      const { root, platforms } = prepared;
      expect(exported.cells.map(({ platform, state }) => [platform, state])).toEqual(
        platforms.map((platform) => [platform, 'present']),
      );
      if (root !== undefined) {
        expect(exported).toMatchObject({ root, assembled: false, attestations: platforms.length });
      }
      const verified = await xbundle(['verify', bundle, '--platform', platforms.join(), '--json']);
      expect(verifyOf(verified)).toMatchObject({
        complete: true,
        integrity: 'ok',
        signed: false,
        problems: [],
      });
    });

    it.each(TARGETS)('arrives in $title and runs there', async (target) => {
      const names = target.names(exported);
      const flags = [...target.flags(exported), '--json'];
      const done = await xbundle(['import', bundle, ...flags], { env: target.env(workshop) });
      expect(done).toMatchObject({ exitCode: 0 });
      const receipt = receiptOf(done);
      expect(receipt.complete).toBe(true);
      expect(receipt.names.map(({ name, action }) => [name, action])).toEqual(
        names.map(({ name }) => [name, 'create']),
      );
      await target.check(names, exported);
    });
  });

  it('keeps every byte from registry to registry, attestations included', async () => {
    const { host } = registry;
    const bundle = join(workshop.scratch, 'bytes.bundle.tar');
    const from = await xbundle(['export', origin, '--from', 'registry', '-o', bundle]);
    expect(from).toMatchObject({ exitCode: 0 });
    const to = await xbundle(['import', bundle, '--to', `registry:${host}/${repository}-bytes`]);
    expect(to).toMatchObject({ exitCode: 0 });
    const before = await allDigests(origin);
    // The index, two images and two attestations, each with its config and layers.
    expect(before.size).toBeGreaterThanOrEqual(5 + 4);
    expect(await allDigests(`${host}/${repository}-bytes/${repository}/origin:v1`)).toEqual(before);
  });
});
