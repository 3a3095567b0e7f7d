import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, toolEnvironment } from '../engine/docker.ts';
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
import { receiptOf, verifyOf } from '../support/documents.ts';
import { heldImage, removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';
import { manifestBytes } from '../support/registry-images.ts';
import { SAMPLE_PLATFORMS } from '../support/sample-image.ts';

const COMPONENTS = ['web', 'api', 'job'] as const;
const BROKEN = 'if [ "$(uname -m)" = aarch64 ]; then echo "no such library" >&2; exit 7; fi';

describeWithEngines('a build of three components for two platforms', (engines) => {
  const { containerd, classic, registry } = engines;
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-build');
    for (const name of COMPONENTS) await project.write(`${name}/Dockerfile`, dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(`${registry.host}/${project.prefix}`, COMPONENTS));
  });

  afterAll(async () => {
    await project.close();
  });

  const nameOf = (component: string): string => `${registry.host}/${project.prefix}/${component}:v1`;

  it('with one component broken for one platform has five cells, and says which, where and why', async () => {
    await project.write('api/Dockerfile', dockerfile(project.base, BROKEN));
    const { exitCode, report } = await project.build(['--export', 'release.tar', '--load', '--push']);
    expect(exitCode).toBe(3);
    expect(statesOf(report).filter((text) => !text.endsWith(' done'))).toEqual(['api@linux/arm64 failed']);
    expect(cellOf(report, 'api@linux/arm64').failure).toMatchObject({
      cause: 'command',
      transient: false,
      message: 'the command did not complete successfully: exit code: 7',
      at: { file: join(project.directory, 'api/Dockerfile'), line: 3 },
      log: ['no such library'],
    });
    expect(await logOf(report, 'api@linux/arm64')).toContain('no such library');
    expect(report).toMatchObject({ complete: false, outputs: [], withheld: '1 of 6 cells are not there' });
    expect(await readdir(project.directory)).not.toContain('release.tar');
    expect(await heldImage(containerd, nameOf('web'))).toBeUndefined();
  });

  it('tells people the same', async () => {
    const args = ['build', '--export', 'release.tar', '--only-failed'];
    const { exitCode, stdout } = await xbundle(args, { cwd: project.directory, env: project.env });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^api {2,}kept {2,}FAILED \d+\.\d s$/m);
    expect(stdout).toContain('FAILED api for linux/arm64 at api/Dockerfile:3');
    expect(stdout).toContain('| no such library');
    expect(stdout).toContain('5 of 6 cells are built (5 kept)');
  });

  it('once that is mended builds exactly that cell, and moves all six to bundle, engine and registry', async () => {
    await project.write('api/Dockerfile', dockerfile(project.base));
    const args = [
      '--only-failed',
      '--export',
      'release.tar',
      '--load',
      '--push',
      '--metadata',
      'digests.json',
    ];
    const { exitCode, report } = await project.build(args);
    expect(exitCode).toBe(0);
    expect(statesOf(report)).toEqual(
      COMPONENTS.flatMap((name) =>
        SAMPLE_PLATFORMS.map(
          (platform) =>
            `${name}@${platform} ${name === 'api' && platform === 'linux/arm64' ? 'done' : 'kept'}`,
        ),
      ),
    );
    for (const { name, digest } of report.images) {
      expect(await heldImage(containerd, name)).toMatchObject({ root: digest, platforms: SAMPLE_PLATFORMS });
      const index = JSON.parse((await manifestBytes(name)).toString()) as { readonly manifests: unknown[] };
      expect(index.manifests).toHaveLength(2);
    }
    const verified = verifyOf(await xbundle(['verify', join(project.directory, 'release.tar'), '--json']));
    expect(verified).toMatchObject({ complete: true, integrity: 'ok' });
    expect(verified.cells).toHaveLength(6);
  });

  it('gives images that run on both platforms, also on another engine that got the bundle', async () => {
    const name = nameOf('api');
    for (const [platform, machine] of [
      ['linux/amd64', 'x86_64'],
      ['linux/arm64', 'aarch64'],
    ] as const) {
      expect(await runImage(containerd, platform, ['--pull', 'never', name])).toBe(machine);
    }
    const bundle = join(project.directory, 'release.tar');
    const done = await xbundle(['import', bundle, '--platform', 'all', '--json'], {
      env: toolEnvironment(classic),
    });
    expect(receiptOf(done)).toMatchObject({ complete: true });
    expect(await runImage(classic, 'linux/amd64', ['--pull', 'never', name])).toBe('x86_64');
    expect(await runImage(classic, 'linux/arm64', ['--pull', 'never', `${name}-arm64`])).toBe('aarch64');
    const names = COMPONENTS.map(nameOf);
    await removeImages(
      classic,
      names.flatMap((each) => [each, `${each}-amd64`, `${each}-arm64`]),
    );
  });

  it('gives the same bundle again, byte for byte', async () => {
    const idOf = async (bundle: string): Promise<unknown> => {
      const { report } = await project.build(['--export', bundle]);
      expect(report.cells.every(({ cached }) => cached)).toBe(true);
      return report.outputs.map((output) => output.kind === 'export' && output.id);
    };
    expect(await idOf('again.tar')).toEqual(await idOf('once-more.tar'));
  });

  it.each<readonly [string, readonly string[], number]>([
    ['a bundle that is there', ['--export', 'release.tar'], 8],
    ['a bundle into no folder', ['--export', 'gone/release.tar'], 7],
    ['a report into no folder', ['--report', 'gone/report.json'], 7],
    ['digests into no folder', ['--metadata', 'gone/digests.json'], 7],
  ])('refuses to write %s before it builds anything', async (title, args, exitCode) => {
    const options = { cwd: project.directory, env: project.env };
    const run = await xbundle(['build', '--progress', 'plain', ...args], options);
    expect(run, title).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).not.toContain('building');
  });

  it('ends within seconds of Ctrl-C, leaves no build behind, and says what was finished', async () => {
    await project.write('slow/Dockerfile', dockerfile(project.base, 'sleep 60'));
    await project.write('slow.hcl', bakeFile(project.prefix, ['web', 'slow']));
    const run = project.start(['-f', 'slow.hcl', '--jobs', '4', '--json', '--progress', 'json']);
    const said = ['web@linux/amd64', 'web@linux/arm64'].map((id) =>
      run.said(new RegExp(`"id":"${id}".*"state":"done"`)),
    );
    await Promise.all([...said, run.said(/"cell":"slow@linux\/arm64".*sleep 60/)]);
    const killed = Date.now();
    run.kill('SIGINT');
    const { exitCode, stdout } = await run.done;
    expect(Date.now() - killed).toBeLessThan(10_000);
    expect(exitCode).toBe(130);
    const report = JSON.parse(stdout) as Parameters<typeof statesOf>[0];
    expect(report.interrupted).toBe(true);
    expect(statesOf(report)).toEqual([
      'web@linux/amd64 done',
      'web@linux/arm64 done',
      'slow@linux/amd64 canceled',
      'slow@linux/arm64 canceled',
    ]);
    const { stdout: processes } = await docker(
      containerd,
      ['buildx', 'history', 'ls', '--format', '{{.Status}}'],
      {
        env: { BUILDX_CONFIG: project.env['BUILDX_CONFIG'] ?? '' },
      },
    );
    expect(processes).not.toContain('Running');
  });
});
