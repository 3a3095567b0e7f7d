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

  /** Asks until the build has begun to listen. */
  async function stopOnce(cell: string): Promise<CliRun> {
    let asked = await stop(cell);
    for (let tries = 0; asked.exitCode !== 0 && tries < 100; tries++) {
      await sleep(100);
      asked = await stop(cell);
    }
    return asked;
  }

  it('has all others, says that it was stopped, and is taken up again by --only-failed', async () => {
    const running = project.start(['--json', '--no-check']);
    const asked = await stopOnce('slow@linux/arm64');
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

  it('stops with it those that one command builds with it, and nothing else', async () => {
    await project.write('slow/Dockerfile', dockerfile(project.base, 'sleep 300'));
    const running = project.start(['--json', '--no-check', '--together']);
    expect(await stopOnce('slow@linux/arm64')).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await running.done;
    expect(exitCode).toBe(3);
    const report = JSON.parse(stdout) as BuildReport;
    expect(statesOf(report)).toEqual([
      'slow@linux/amd64 canceled',
      'slow@linux/arm64 canceled',
      'fast@linux/amd64 done',
      'fast@linux/arm64 done',
    ]);
    for (const id of ['slow@linux/amd64', 'slow@linux/arm64'])
      expect(cellOf(report, id).reason).toBe('it was stopped on request');
  });

  it('is told where nothing is being built', async () => {
    const { exitCode, stderr } = await stop('slow@linux/arm64');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('nothing of this definition is being built');
  });
});
