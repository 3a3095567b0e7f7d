import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BuildReport } from '@xbundle/core';
import {
  bakeFile,
  cellOf,
  dockerfile,
  makeBuildProject,
  statesOf,
  type BuildProject,
} from '../support/build-project.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

const WAITS_ON_ARM = 'if [ "$(uname -m)" = aarch64 ]; then sleep 300; fi';

describeWithEngines('a build of which one cell is stopped', (engines) => {
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, engines.containerd, 'xb-stop');
    await project.write('slow/Dockerfile', dockerfile(project.base, WAITS_ON_ARM));
    await project.write('fast/Dockerfile', dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['slow', 'fast']));
  });

  afterAll(async () => {
    await project.close();
  });

  const stop = (cell: string): Promise<CliRun> =>
    xbundle(['build', `--stop=${cell}`], { cwd: project.directory, env: project.env });

  it('has all others, says that it was stopped, and is taken up again by --only-failed', async () => {
    const running = project.start(['--json', '--no-check']);
    let asked = await stop('slow@linux/arm64');
    for (let tries = 0; asked.exitCode !== 0 && tries < 100; tries++) {
      await sleep(100);
      asked = await stop('slow@linux/arm64');
    }
    expect(asked.stdout).toBe('stopping slow@linux/arm64\n');
    const { exitCode, stdout } = await running.done;
    expect(exitCode).toBe(3);
    const report = JSON.parse(stdout) as BuildReport;
    expect(statesOf(report)).toEqual([
      'slow@linux/amd64 done',
      'slow@linux/arm64 canceled',
      'fast@linux/amd64 done',
      'fast@linux/arm64 done',
    ]);
    expect(cellOf(report, 'slow@linux/arm64').reason).toBe('it was stopped on request');
    expect(report.interrupted).toBe(false);

    await project.write('slow/Dockerfile', dockerfile(project.base));
    const again = await project.build(['--no-check', '--only-failed']);
    expect(again.exitCode).toBe(0);
    expect(statesOf(again.report).filter((text) => text.endsWith(' kept'))).toHaveLength(3);
  });

  it('is told where nothing is being built', async () => {
    const { exitCode, stderr } = await stop('slow@linux/arm64');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('nothing of this definition is being built');
  });
});
