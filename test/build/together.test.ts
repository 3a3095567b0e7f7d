import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  bakeFile,
  cellOf,
  dockerfile,
  logOf,
  makeBuildProject,
  statesOf,
  type BuildProject,
} from '../support/build-project.ts';
import { xbundle } from '../support/cli.ts';
import { verifyOf } from '../support/documents.ts';
import { heldImage, runImage } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';
import { manifestBytes } from '../support/registry-images.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';

const BROKEN = 'test "$(uname -m)" = x86_64';

describeWithEngines('platforms that are built together', (engines) => {
  const { containerd, classic, registry } = engines;
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-together');
    await project.write('base/Dockerfile', dockerfile(project.base));
    await project.write(
      'app/Dockerfile',
      'FROM base\nRUN cat /etc/arch > /copy\nCMD ["/bin/cat", "/copy"]\n',
    );
    await project.write('other/Dockerfile', dockerfile(project.base));
    const file = bakeFile(`${registry.host}/${project.prefix}`, ['base', 'app', 'other']);
    const linked = 'context = "app"\n  contexts = { base = "target:base" }';
    await project.write('docker-bake.hcl', file.replace('context = "app"', linked));
  });

  afterAll(() => project.close());

  const nameOf = (component: string): string => `${registry.host}/${project.prefix}/${component}:v1`;

  it('are one bake of each component, whose index arrives in bundle, engine and registry', async () => {
    const outputs = ['--export', 'release.tar', '--overwrite', '--load', '--push'];
    const { exitCode, report, stderr } = await project.build(['--together', ...outputs]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(report.cells).toMatchObject(Array.from({ length: 6 }, () => ({ state: 'done' })));
    const files = await readdir(join(report.directory, 'logs'));
    expect(files).toEqual(['01-base.log', '02-app.log', '03-other.log']);
    expect(await logOf(report, 'app@linux/arm64')).toMatch(/\[linux\/arm64 \d\/2\] RUN cat \/etc\/arch/);
    for (const { name, digest } of report.images) {
      expect(await heldImage(containerd, name)).toMatchObject({ root: digest, platforms: SAMPLE_PLATFORMS });
    }
    const verified = verifyOf(await xbundle(['verify', join(project.directory, 'release.tar'), '--json']));
    expect(verified).toMatchObject({ complete: true, integrity: 'ok' });
    for (const [platform, machine] of [
      ['linux/amd64', 'x86_64'],
      ['linux/arm64', 'aarch64'],
    ] as const) {
      expect(await runImage(containerd, platform, ['--pull', 'never', nameOf('app')])).toBe(machine);
    }
  });

  it('keep the index that buildx made, with its annotations and attestations', async () => {
    const annotation = '--set=other.annotations=index:org.example.note=kept';
    const args = ['other', '--together', annotation, '--provenance', 'mode=max', '--push'];
    const { exitCode, report, stderr } = await project.build(args);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const index = JSON.parse((await manifestBytes(nameOf('other'))).toString()) as unknown;
    expect(index).toMatchObject({
      annotations: { 'org.example.note': 'kept' },
      manifests: Array.from({ length: 4 }, () => expect.anything() as unknown),
    });
    for (const platform of SAMPLE_PLATFORMS) {
      expect(cellOf(report, `other@${platform}`).results).toMatchObject([{ attestations: [{}] }]);
    }
  });

  it('fail together: the one that broke is named, and only components that need it are blocked', async () => {
    await project.write('base/Dockerfile', dockerfile(project.base, BROKEN));
    const { exitCode, report } = await project.build(['--together', '--load']);
    expect(exitCode).toBe(3);
    expect(statesOf(report)).toEqual([
      'base@linux/amd64 canceled',
      'base@linux/arm64 failed',
      'app@linux/amd64 blocked',
      'app@linux/arm64 blocked',
      'other@linux/amd64 done',
      'other@linux/arm64 done',
    ]);
    const sibling = cellOf(report, 'base@linux/amd64');
    expect(sibling.reason).toBe('it was built together with base@linux/arm64, which failed');
    expect(cellOf(report, 'base@linux/arm64').failure).toMatchObject({ cause: 'command', at: { line: 3 } });
  });

  it('are kept and built again together', async () => {
    await project.write('base/Dockerfile', dockerfile(project.base));
    const { exitCode, report } = await project.build(['--together', '--only-failed', '--load']);
    expect(exitCode).toBe(0);
    expect(statesOf(report)).toEqual([
      'base@linux/amd64 done',
      'base@linux/arm64 done',
      'app@linux/amd64 done',
      'app@linux/arm64 done',
      'other@linux/amd64 kept',
      'other@linux/arm64 kept',
    ]);
  });

  it('are written as files, a folder for each', async () => {
    const { exitCode } = await project.build(['other', '--together', '--output', 'files']);
    expect(exitCode).toBe(0);
    const folder = join(project.directory, 'files');
    expect((await readdir(folder)).toSorted()).toEqual(['linux_amd64', 'linux_arm64']);
    expect(await readFile(join(folder, 'linux_arm64/etc/arch'), 'utf8')).toBe('aarch64\n');
  });

  it('are refused where the builder has a classic store, which holds no index', async () => {
    const args = ['build', 'other', '--together'];
    const env = { ...project.env, DOCKER_HOST: classic.host };
    const { exitCode, stderr } = await xbundle(args, { cwd: project.directory, env });
    expect(exitCode).toBe(9);
    expect(stderr).toContain('Leave --together out');
  });
});
