import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cellOf, makeBuildProject, statesOf, type BuildProject } from '../support/build-project.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

const PLATFORMS = ['--platform', 'amd64,arm64'] as const;

/** The last stage is that of the machine that builds, so the arm64 image holds its programs. */
const liar = (base: string): string =>
  `FROM --platform=$BUILDPLATFORM ${base}\nCMD ["/bin/busybox", "true"]\n`;
const honest = (base: string): string => `FROM ${base}\nCMD ["/bin/busybox", "true"]\n`;

describeWithEngines('a build whose arm64 image would hold amd64 programs', (engines) => {
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, engines.containerd, 'xb-truth');
    await project.write(
      'docker-bake.json',
      JSON.stringify({ target: { app: { context: '.', tags: [`${project.prefix}/app:v1`] } } }),
    );
    await project.write('Dockerfile', liar(project.base));
  });

  afterAll(() => project.close());

  it('is told by the linter, found wrong after it, and leaves no bundle', async () => {
    const run = await project.build([...PLATFORMS, '--export', 'release.tar']);
    expect(run.stderr).toContain('XB003');
    expect(run).toMatchObject({ exitCode: 4, report: { complete: false, outputs: [] } });
    expect(statesOf(run.report)).toContain('app@linux/arm64 wrong');
    expect(cellOf(run.report, 'app@linux/arm64').reason).toMatch(/amd64/);
    expect(await readdir(project.directory)).not.toContain('release.tar');
  });

  it('is not begun with --strict', async () => {
    const run = await project.build([...PLATFORMS, '--strict']);
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.stdout).toContain('INCOMPLETE');
  });

  it('is what it says once the Dockerfile is mended', async () => {
    await project.write('Dockerfile', honest(project.base));
    const run = await project.build([...PLATFORMS, '--strict', '--export', 'release.tar']);
    expect(run.stderr).not.toContain('XB');
    expect(run).toMatchObject({ exitCode: 0, report: { complete: true } });
  });
});
