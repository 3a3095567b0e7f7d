import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { startBackend, type BackendFixture } from '../support/backend-fixture.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildSample } from '../support/sample-image.ts';

describeWithEngines('xbundle ui with an engine', (engines) => {
  const { containerd, registry } = engines;
  const repository = uniqueRepository('backend');
  const name = `${registry.host}/${repository}/app:v1`;
  let fixture: BackendFixture;
  beforeAll(async () => {
    fixture = await startBackend(engines, repository);
    await buildSample(engines, { scratch: fixture.scratch, name });
    await docker(containerd, ['push', '--quiet', name]);
  });
  afterAll(async () => {
    await removeImages(containerd, [name]);
    await fixture.remove();
  });

  it('knows the engine and its tools', async () => {
    const facts = await fixture.ui.backend.call('facts', {});
    expect(facts).toMatchObject({ host: 'local', engine: { store: 'containerd', platform: 'linux/amd64' } });
    expect(facts.docker.version).toBeDefined();
    expect(facts.buildx.version).toBeDefined();
  });

  it('lists builders with what they run and emulate', async () => {
    const { builders } = await fixture.ui.backend.call('builders', {});
    const current = builders.find((builder) => builder.current);
    expect(current?.nodes[0]?.native).toContain('linux/amd64');
    expect(current?.nodes[0]?.emulated).toContain('linux/arm64');
  });

  it("lists the engine's images with their platforms, in pages", async () => {
    const found = await fixture.ui.backend.call('engineImages', { search: `${repository}/app` });
    expect(found.images).toMatchObject([
      {
        name,
        named: true,
        attestations: 2,
        platforms: [
          { platform: 'linux/amd64', complete: true },
          { platform: 'linux/arm64', complete: true },
        ],
      },
    ]);
    const first = await fixture.ui.backend.call('engineImages', { search: repository, limit: 2 });
    const rest = await fixture.ui.backend.call('engineImages', {
      search: repository,
      cursor: first.next ?? 0,
    });
    expect([first.images.length, rest.images.length, first.total]).toEqual([2, 2, 4]);
  });

  it.each(['docker', 'registry'] as const)('inspects an image in %s down to its provenance', async (from) => {
    const { tree } = await fixture.ui.backend.call('inspect', { reference: name, from });
    if (tree.kind !== 'index') throw new Error('no index');
    const [image] = tree.children.filter((child) => child.kind === 'image');
    const [statement] = tree.children.filter((child) => child.kind === 'attestation');
    if (image?.kind !== 'image' || statement?.kind !== 'attestation')
      throw new Error('no image or attestation');
    const lookup = { reference: name, from };
    const config = await fixture.ui.backend.call('config', { ...lookup, manifest: image.digest });
    expect(config).toMatchObject({ digest: image.config.digest, platform: image.platform });
    const layer = statement.layers[0]?.digest ?? '';
    const found = await fixture.ui.backend.call('attestation', {
      ...lookup,
      manifest: statement.digest,
      layer,
    });
    expect(found.predicateType).toMatch(/^https:\/\/slsa\.dev\/provenance/);
    expect(found.provenance?.buildType).toBeDefined();
    const raw = await fixture.ui.backend.call('rawManifest', lookup);
    expect(JSON.parse(raw.raw)).toMatchObject({ manifests: { length: 4 } });
  });

  it('says that an image is in neither', async () => {
    const reference = `${registry.host}/${repository}/none:v1`;
    await expect(fixture.ui.backend.call('inspect', { reference })).rejects.toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it('forecasts, exports, opens, verifies, plans the import and imports', async () => {
    const { backend } = fixture.ui;
    const output = join(fixture.root, 'app, "1".tar');
    const platforms = ['linux/amd64', 'arm64'];
    const registrySource = { kind: 'registry' } as const;
    const forecast = await backend.call('forecast', { images: [name], platforms, from: registrySource });
    expect(forecast).toMatchObject({ complete: true, exact: true, cells: { length: 2 } });
    const estimate = await backend.call('forecast', { images: [name], from: { kind: 'docker' } });
    expect(estimate).toMatchObject({ complete: true, exact: false });

    const exported = await backend.finish({
      kind: 'export',
      images: [name],
      platforms,
      from: registrySource,
      output,
    });
    expect(exported).toMatchObject({ state: 'done', exitCode: 0, bundle: { path: output, complete: true } });
    expect(exported.progress?.done).toBeGreaterThan(0);
    const again = await backend.finish({ kind: 'export', images: [name], output });
    expect(again).toMatchObject({ state: 'failed', error: { code: 'EXISTS' } });

    const bundle = await backend.call('openBundle', { path: output });
    expect(bundle).toMatchObject({ id: exported.bundle?.id, complete: true, cells: { length: 2 } });
    const { tree } = await backend.call('bundleTree', { path: output, image: bundle.images[0]?.name ?? '' });
    expect(tree.kind).toBe('index');
    expect(await backend.finish({ kind: 'verify', bundle: output })).toMatchObject({
      state: 'done',
      result: { integrity: 'ok', complete: true, cells: { length: 2 }, problems: [] },
    });

    await removeImages(containerd, [name]);
    const plan = await backend.call('importPlan', { bundle: output, to: { kind: 'docker' } });
    expect(plan.steps.map(({ action }) => action)).toContain('create');
    const imported = await backend.finish({ kind: 'import', bundle: output, to: { kind: 'docker' } });
    expect(imported).toMatchObject({ state: 'done', result: { complete: true, target: { kind: 'docker' } } });
    const { bundles } = await backend.call('recentBundles', {});
    expect(bundles.map(({ path }) => path)).toEqual([output]);
  });

  it('plans and builds a project with a broken cell, and shows where it broke', async () => {
    const project = join(fixture.root, 'project');
    await mkdir(join(project, 'base'), { recursive: true });
    const dockerfile = `FROM ${name}\nARG TARGETARCH\nRUN echo ${repository} building \${TARGETARCH}\n`;
    await writeFile(join(project, 'Dockerfile'), dockerfile);
    await writeFile(
      join(project, 'broken.Dockerfile'),
      `${dockerfile}RUN echo broken; test \${TARGETARCH} = amd64\n`,
    );
    await writeFile(
      join(project, 'docker-bake.json'),
      JSON.stringify({
        group: { default: { targets: ['good', 'bad'] } },
        target: {
          good: { context: '.', tags: [`${repository}/good:v1`] },
          bad: { context: '.', dockerfile: 'broken.Dockerfile', tags: [`${repository}/bad:v1`] },
        },
      }),
    );
    const platforms = ['linux/amd64', 'linux/arm64'];
    const detected = await fixture.ui.backend.call('project', { directory: project });
    expect(detected.definitions.filter((each) => each.default).map((each) => each.name)).toEqual([
      'docker-bake.json',
    ]);
    const plan = await fixture.ui.backend.call('plan', { directory: project, platforms });
    expect(plan.cells.map(({ id, how }) => `${id} ${how}`).toSorted()).toEqual([
      'bad@linux/amd64 native',
      'bad@linux/arm64 emulated',
      'good@linux/amd64 native',
      'good@linux/arm64 emulated',
    ]);
    const output = join(fixture.root, 'built.tar');
    const request = { kind: 'build', directory: project, platforms, export: output } as const;
    const job = await fixture.ui.backend.finish(request);
    expect(job).toMatchObject({ state: 'failed', exitCode: 3, counts: { cells: 4, done: 3, failed: 1 } });
    const bad = job.cells.find(({ id }) => id === 'bad@linux/arm64');
    expect(bad).toMatchObject({ state: 'failed', excerpt: { line: 4 } });
    const log = await fixture.ui.backend.call('jobLog', { id: job.id, cell: 'bad@linux/arm64' });
    expect(log.lines.map(({ text }) => text)).toContain('broken');
    expect(log.lines.every(({ cell }) => cell === 'bad@linux/arm64')).toBe(true);
    const { matches } = await fixture.ui.backend.call('searchJobLog', { id: job.id, text: 'BUILDING ARM64' });
    expect(matches.length).toBeGreaterThan(0);

    await writeFile(join(project, 'broken.Dockerfile'), dockerfile);
    const retried = await fixture.ui.backend.finish({ ...request, onlyFailed: true });
    expect(retried).toMatchObject({ state: 'done', counts: { cells: 4, done: 4 }, bundle: { path: output } });
    const cells = [{ component: 'good', platform: 'arm64' }];
    const one = await fixture.ui.backend.finish({ ...request, cells, overwrite: true });
    expect(one).toMatchObject({ state: 'done', counts: { cells: 1, done: 1 } });
    const { projects } = await fixture.ui.backend.call('recentProjects', {});
    expect(projects).toMatchObject([{ directory: project, name: 'project' }]);
  });
});
