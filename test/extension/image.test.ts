import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import type { TestBackend } from '../support/backend-client.ts';
import { buildSlow } from '../support/backend-fixture.ts';
import { answering, startExtension, type RunningExtension } from '../support/desktop/extension-machine.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildSample } from '../support/sample-image.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

describeWithEngines("the extension's image", (engines) => {
  const { containerd, registry } = engines;
  const repository = `${registry.host}/${uniqueRepository('extension')}`;
  const project = repository.replace(/[^a-z0-9]/g, '');
  const sample = `${repository}/app:v1`;
  let scratch: string;
  let image: string;
  let slow: readonly string[];
  let extension: RunningExtension;
  let backend: TestBackend;

  beforeAll(async () => {
    scratch = await makeScratch('image');
    slow = await buildSlow(engines, { scratch, repository });
    extension = await startExtension(engines, { scratch, repository });
    ({ image, backend } = extension);
  }, 600_000);
  afterAll(async () => {
    await extension.stop();
    await removeImages(containerd, [...slow, sample]);
    await removeScratch(scratch);
  });

  it.each(['linux/amd64', 'linux/arm64'])(
    'has every program for %s',
    async (platform) => {
      const run = (...args: readonly string[]): ReturnType<typeof docker> =>
        docker(containerd, [
          'run',
          '--rm',
          '--network=none',
          `--platform=${platform}`,
          `--entrypoint=${args[0] ?? ''}`,
          image,
          ...args.slice(1),
        ]);
      expect((await run('/usr/local/bin/node', '-p', 'process.version + process.arch')).stdout).toMatch(
        platform === 'linux/arm64' ? /^v24\..*arm64$/ : /^v24\..*x64$/,
      );
      expect((await run('/usr/local/bin/xbundle', '--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
      expect((await run('/usr/local/bin/docker', 'buildx', 'version')).stdout).toContain('buildx');
      expect((await run('/usr/local/bin/docker', 'compose', 'version')).stdout).toContain('Compose');
    },
    300_000,
  );

  it.each(['linux/amd64', 'linux/arm64'])(
    'starts its backend for %s',
    async (platform) => {
      const services = join(scratch, platform.replace('/', '-'));
      await mkdir(services);
      const run = ['run', '--detach', '--network=none', `--platform=${platform}`];
      const mounts = [
        `--mount=type=bind,source=${services},target=/run/guest-services`,
        `--mount=type=bind,source=${containerd.socket},target=/var/run/docker.sock`,
      ];
      const { stdout: id } = await docker(containerd, [...run, ...mounts, image]);
      try {
        await answering(join(services, 'xbundle.sock'));
      } finally {
        await docker(containerd, ['rm', '--force', '--volumes', id]);
      }
    },
    300_000,
  );

  it('holds the files that Docker Desktop looks for', async () => {
    const list = '/metadata.json /docker-compose.yaml /xbundle.svg /ui/index.html'.split(' ');
    const node = ['--entrypoint=/usr/local/bin/node', image, '-p'];
    const script = `${JSON.stringify(list)}.every((path) => fs.statSync(path).isFile())`;
    expect((await docker(containerd, ['run', '--rm', ...node, script])).stdout).toBe('true');
  });

  it('knows that its jobs are containers that the tab starts', async () => {
    expect(await backend.call('facts', {})).toMatchObject({
      host: 'desktop',
      engine: { store: 'containerd' },
      jobs: { runner: 'container', startedBy: 'tab' },
    });
  });

  it('exports, opens and verifies files of the host in containers', async () => {
    await buildSample(engines, { scratch, name: sample });
    const folder = join(scratch, 'out, "1" é');
    await mkdir(folder);
    const output = join(folder, 'a b.tar');
    const job = await backend.start({ kind: 'export', images: [sample], from: { kind: 'docker' }, output });
    expect(await backend.ended(job.id)).toMatchObject({
      state: 'done',
      runner: 'container',
      bundle: { path: output },
    });
    expect((await readFile(output)).byteLength).toBeGreaterThan(100_000);
    expect(await backend.call('openBundle', { path: output })).toMatchObject({
      complete: true,
      path: output,
    });
    const verified = await backend.finish({ kind: 'verify', bundle: output });
    expect(verified).toMatchObject({ state: 'done', result: { integrity: 'ok' } });
    const filters = [`--filter=ancestor=${image}`, '--filter=label=dev.xbundle.job'];
    const left = async (): Promise<string> =>
      (await docker(containerd, ['ps', '--all', '--quiet', ...filters])).stdout;
    await expect.poll(left).toBe('');
  }, 300_000);

  it('builds a project of the host', async () => {
    const directory = join(scratch, 'project');
    await mkdir(directory);
    await writeFile(join(directory, 'Dockerfile'), `FROM ${sample}\nRUN echo in a job of ${project}\n`);
    await writeFile(
      join(directory, 'docker-bake.json'),
      JSON.stringify({ target: { default: { context: '.', tags: [`${project}/web:v1`] } } }),
    );
    const platforms = ['linux/amd64'];
    const plan = await backend.call('plan', { directory, platforms });
    expect(plan.cells).toMatchObject([{ how: 'native', platform: 'linux/amd64' }]);
    const job = await backend.finish({
      kind: 'build',
      directory,
      platforms,
      export: join(scratch, 'web.tar'),
    });
    expect(job).toMatchObject({ state: 'done', bundle: { complete: true } });
    const { lines } = await backend.call('jobLog', { id: job.id });
    expect(lines.map(({ text }) => text)).toContain(`in a job of ${project}`);
  }, 300_000);

  it.each(['restart', 'kill'] as const)(
    'finds a job again after %s of the backend, whose socket is new',
    async (how) => {
      const job = await backend.start({ kind: 'binfmt-install', image: `${repository}/slow:long` });
      const lines = async (): Promise<number> => (await backend.call('job', { id: job.id })).logLines;
      await expect.poll(lines, { timeout: 10_000 }).toBeGreaterThan(5);
      await extension.restart(how);
      expect(await backend.ended(job.id)).toMatchObject({ state: 'done', exitCode: 0 });
      const log = await backend.call('jobLog', { id: job.id });
      const printed = log.lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text);
      expect(printed).toEqual(Array.from({ length: 40 }, (_, at) => `line ${at}`));
    },
    300_000,
  );

  it('says why a container could not be started', async () => {
    const missing = join(scratch, 'none', 'a.tar');
    const job = await backend.finish({ kind: 'verify', bundle: missing });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'REFUSED' } });
    expect(job.error?.message).toContain('none');
    expect(process.env['DOCKER_HOST']).toBeUndefined();
  });
});
