import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { removeImages } from '../support/engine-images.ts';
import { answering } from '../support/desktop/extension-machine.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { EXTENSION_PLATFORMS } from '../support/extension-bases.ts';
import { buildExtension, imagesOf } from '../support/extension-image.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

/** Every stage of the Dockerfile, packages from npm's registry included, as whoever makes a release builds it. */
describeWithEngines("the extension's Dockerfile, from its first stage", (engines) => {
  const { containerd, registry } = engines;
  const repository = `${registry.host}/${uniqueRepository('whole')}`;
  let scratch: string;
  let image: string;

  beforeAll(async () => {
    scratch = await makeScratch('whole');
    image = await buildExtension(engines, { scratch, repository, from: 'whole' });
  }, 1_200_000);
  afterAll(async () => {
    await removeImages(containerd, imagesOf(repository));
    await removeScratch(scratch);
  });

  it.each(EXTENSION_PLATFORMS)(
    'has the page and a backend that starts for %s',
    async (platform) => {
      const services = join(scratch, platform.replace('/', '-'));
      await mkdir(services);
      const { stdout: id } = await docker(containerd, [
        ...['run', '--detach', '--network=none', `--platform=${platform}`],
        `--mount=type=bind,source=${services},target=/run/guest-services`,
        `--mount=type=bind,source=${containerd.socket},target=/var/run/docker.sock`,
        image,
      ]);
      try {
        await answering(join(services, 'xbundle.sock'));
        const script = "process.arch + ' ' + fs.readFileSync('/ui/index.html', 'utf8').length";
        const { stdout } = await docker(containerd, ['exec', id, 'node', '-p', script]);
        expect(stdout).toMatch(platform === 'linux/arm64' ? /^arm64 \d{3}/ : /^x64 \d{3}/);
      } finally {
        await docker(containerd, ['rm', '--force', '--volumes', id]);
      }
    },
    300_000,
  );

  it('holds no packages, caches or sources: what was built, and nothing that built it', async () => {
    const list = ['/src', '/root/.npm', '/app/node_modules', '/app/cli/src', '/run/secrets'];
    const script = `${JSON.stringify(list)}.filter((path) => fs.existsSync(path)).join()`;
    const { stdout } = await docker(containerd, [
      'run',
      '--rm',
      '--network=none',
      '--entrypoint=node',
      image,
      '-p',
      script,
    ]);
    expect(stdout).toBe('');
  });
});
