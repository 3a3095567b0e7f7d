import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { BuildReport } from '@xbundle/core';
import { docker } from '../engine/docker.ts';
import {
  bakeFile,
  cellOf,
  dockerfile,
  makeBuildProject,
  statesOf,
  type BuildProject,
} from '../support/build-project.ts';
import { imageNames } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';
import { startRemoteEngine } from '../support/remote-engine.ts';

const HUB = `FROM BASE
RUN mkdir -p /srv && echo "from the hub" > /srv/package
EXPOSE 8080
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/srv"]
`;

const USER = `FROM BASE
RUN wget -q -O /package http://hub:8080/package && uname -m >> /package
CMD ["/bin/cat", "/package"]
`;

describeWithEngines('components that need each other', (engines) => {
  const { containerd } = engines;
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-graph');
  });

  afterAll(async () => {
    await project.close();
  });

  const hub = (options: string): string => `name: hub-release
platforms: [linux/amd64, linux/arm64]
components:
  hub:
    context: hub
    tags: ${project.prefix}/hub:v1
    serve: ${options}
  user:
    context: user
    tags: ${project.prefix}/user:v1
    needs: hub
`;

  const withBase = (text: string): string => text.replace('BASE', project.base);

  async function containers(): Promise<string> {
    const args = ['ps', '--all', '--filter', 'label=org.xbundle.build', '--format', '{{.Image}}'];
    return (await docker(containerd, args)).stdout;
  }

  afterEach(async () => {
    expect(await containers()).not.toContain('xbundle-build/hub');
  });

  it('are built from each other: a context that is another component comes from the store', async () => {
    await project.write('one/Dockerfile', dockerfile(project.base));
    await project.write('two/Dockerfile', 'FROM one\nRUN cat /etc/arch > /copy\nCMD ["/bin/cat", "/copy"]\n');
    const linked = bakeFile(project.prefix, ['one', 'two']).replace(
      'context = "two"',
      'context = "two"\n  contexts = { one = "target:one" }',
    );
    await project.write('docker-bake.hcl', linked);
    const { exitCode, report, stderr } = await project.build(['--load']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(statesOf(report)).toHaveLength(4);
    const { stdout } = await docker(containerd, [
      ...['run', '--rm', '--network', 'none', '--pull', 'never', '--platform', 'linux/arm64'],
      `${project.prefix}/two:v1`,
    ]);
    expect(stdout).toBe('aarch64');
  });

  it.each(['st:ate', 'me@home'])(
    'are built from each other also where the store lies below %s',
    async (name) => {
      const env = { XDG_STATE_HOME: join(project.directory, '..', name) };
      const { exitCode, report, stderr } = await project.build([], { env });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(report.store).toContain(name);
    },
  );

  it('are blocked, not failed, by one that fails, for its platform alone', async () => {
    const broken = 'test "$(uname -m)" = x86_64';
    await project.write('one/Dockerfile', dockerfile(project.base, broken));
    const { exitCode, report } = await project.build();
    expect(exitCode).toBe(3);
    expect(statesOf(report).toSorted()).toEqual([
      'one@linux/amd64 done',
      'one@linux/arm64 failed',
      'two@linux/amd64 done',
      'two@linux/arm64 blocked',
    ]);
    expect(cellOf(report, 'two@linux/arm64').reason).toBe('it needs one@linux/arm64');
  });

  it('are stopped by the first failure with --fail-fast: what runs, and what waits', async () => {
    await project.write('one/Dockerfile', dockerfile(project.base, 'false'));
    await project.write('long/Dockerfile', dockerfile(project.base, 'sleep 300'));
    await project.write('fast.hcl', bakeFile(project.prefix, ['long', 'one', 'two']));
    const args = [
      '-f',
      'fast.hcl',
      '--fail-fast',
      '--jobs',
      '3',
      '--no-cache',
      '--set',
      '*.platform=linux/amd64',
    ];
    const { exitCode, report } = await project.build(args);
    expect(exitCode).toBe(3);
    expect(statesOf(report)).toEqual([
      'long@linux/amd64 canceled',
      'one@linux/amd64 failed',
      'two@linux/amd64 canceled',
    ]);
  });

  it('are stopped before they start, one at a time, with --fail-fast', async () => {
    const { exitCode, report } = await project.build(['-f', 'fast.hcl', 'one', '--fail-fast', '--jobs', '1']);
    expect(exitCode).toBe(3);
    expect(statesOf(report)).toEqual(['one@linux/amd64 failed', 'one@linux/arm64 canceled']);
    expect(cellOf(report, 'one@linux/arm64').reason).toBe('it was not started');
  });

  it('are served by one of them while they are built, and nothing of that is left', async () => {
    await project.write('hub/Dockerfile', withBase(HUB));
    await project.write('user/Dockerfile', withBase(USER));
    await project.write('served.yaml', hub('{ port: 8080, path: /package }'));
    const { exitCode, report, stderr } = await project.build(['-f', 'served.yaml', '--load']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(statesOf(report)).toHaveLength(4);
    const { stdout } = await docker(containerd, [
      ...['run', '--rm', '--network', 'none', '--pull', 'never', '--platform', 'linux/arm64'],
      `${project.prefix}/user:v1`,
    ]);
    expect(stdout).toBe('from the hub\naarch64');
    expect((await imageNames(containerd)).join()).not.toContain('xbundle-build/hub');
  });

  it.each(['{ port: 8080, path: /package }', '{ port: 8080 }'])(
    'are served on an engine of which nothing but its API can be reached: %s',
    async (serve) => {
      await project.write('hub/Dockerfile', withBase(HUB));
      await project.write('user/Dockerfile', withBase(USER));
      await project.write('served.yaml', hub(serve));
      const remote = await startRemoteEngine(containerd);
      const env = { ...project.env, PATH: `${project.env['PATH'] ?? ''}:${process.env['PATH'] ?? ''}` };
      try {
        const args = ['build', '-f', 'served.yaml', '--no-cache', '--json', '--progress', 'none'];
        const run = await remote.run(args, { cwd: project.directory, env });
        expect(run, run.stderr).toMatchObject({ exitCode: 0 });
        expect(statesOf(JSON.parse(run.stdout) as BuildReport)).toHaveLength(4);
      } finally {
        await remote.close();
      }
    },
  );

  it('fail with what the service wrote when it does not get ready', async () => {
    await project.write(
      'hub/Dockerfile',
      withBase(HUB).replace(/CMD .*/, 'CMD echo "no port for me"; exit 3'),
    );
    await project.write('served.yaml', hub('{ port: 8080 }'));
    const { exitCode, report } = await project.build(['-f', 'served.yaml']);
    expect(exitCode).toBe(3);
    const { failure } = cellOf(report, 'user@linux/amd64');
    expect(failure).toMatchObject({ cause: 'service' });
    expect(failure?.message).toContain('no port for me');
  });

  it('are blocked by a service whose image cannot be built', async () => {
    await project.write('hub/Dockerfile', withBase(HUB).replace(/RUN .*/, 'RUN false'));
    await project.write('served.yaml', hub('{ port: 8080 }'));
    const { exitCode, report } = await project.build(['-f', 'served.yaml', '-p', 'amd64']);
    expect(exitCode).toBe(3);
    expect(statesOf(report)).toEqual(['hub@linux/amd64 failed', 'user@linux/amd64 blocked']);
    expect(cellOf(report, 'user@linux/amd64').reason).toBe('it needs hub@linux/amd64');
  });

  it('are written as files, a folder for each platform', async () => {
    await project.write('one/Dockerfile', dockerfile(project.base));
    const { exitCode } = await project.build(['one', '--output', 'files']);
    expect(exitCode).toBe(0);
    const folder = join(project.directory, 'files');
    expect((await readdir(folder)).toSorted()).toEqual(['linux_amd64', 'linux_arm64']);
    expect(await readFile(join(folder, 'linux_arm64/etc/arch'), 'utf8')).toBe('aarch64\n');
  });
});
