import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { startUi, type RunningUi } from '../support/backend-client.ts';
import { bakeFile, dockerfile, makeBuildProject, type BuildProject } from '../support/build-project.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

describeWithEngines('the backend with a project', (engines) => {
  const { containerd, registry } = engines;
  let project: BuildProject;
  let ui: RunningUi;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-ui-project');
    await project.write('slow/Dockerfile', dockerfile(project.base, `echo ${project.prefix}; sleep 300`));
    await project.write('fast/Dockerfile', dockerfile(project.base, 'wget http://x.example/tool-amd64'));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['slow', 'fast']));
    ui = await startUi({ root: project.directory, env: project.env });
  });

  afterAll(async () => {
    await ui.stop();
    await project.close();
  });

  it('lints its Dockerfiles, with the lines that are meant', async () => {
    const { files, read, cut } = await ui.backend.call('lint', { directory: project.directory });
    expect({ read, cut }).toEqual({ read: 2, cut: false });
    const fast = files.find(({ file }) => file === 'fast/Dockerfile');
    const finding = fast?.findings.find(({ line }) => line === 3);
    expect(finding?.severity).toBe('error');
    expect(finding?.lines.filter(({ failed }) => failed).map(({ text }) => text)).toEqual([
      'RUN wget http://x.example/tool-amd64',
    ]);
  });

  it('finds nothing where there is no Dockerfile, and says what is wrong with a definition', async () => {
    await project.write('empty/README', 'nothing');
    await project.write('bad/docker-bake.hcl', 'target {');
    const empty = await ui.backend.call('lint', { directory: join(project.directory, 'empty') });
    expect(empty).toEqual({ files: [], read: 0, cut: false });
    await expect(
      ui.backend.call('lint', { directory: join(project.directory, 'bad') }),
    ).rejects.toMatchObject({ status: 422, code: 'DEFINITION_INVALID' });
  });

  it('stops one cell of a build, and lets the others go on', async () => {
    const { directory } = project;
    const { id } = await ui.backend.start({ kind: 'build', directory, load: true, cells: SLOW });
    await whenBuilding(id, 'slow@linux/arm64');
    await ui.backend.call('cancelCell', { id, cell: 'slow@linux/arm64' });
    await ui.backend.call('cancelCell', { id, cell: 'slow@linux/amd64' });
    const { state, cells } = await ui.backend.ended(id);
    expect(state).toBe('failed');
    expect(cells.map((cell) => [cell.id, cell.state, cell.reason])).toEqual(
      SLOW.map(({ platform }) => [`slow@${platform}`, 'cancelled', 'it was stopped on request']),
    );
    await expect(ui.backend.call('cancelCell', { id, cell: 'slow@linux/arm64' })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('lists what a registry has: repositories of a host, tags of a repository', async () => {
    const repository = `${registry.host}/${project.prefix}/app`;
    for (const tag of ['v1', 'v2']) {
      await docker(containerd, ['tag', project.base, `${repository}:${tag}`]);
      await docker(containerd, ['push', '--quiet', `${repository}:${tag}`]);
    }
    const host = await ui.backend.call('registryImages', { place: registry.host });
    expect(host).toMatchObject({ kind: 'repositories' });
    expect(host.names).toContain(repository);
    expect(await ui.backend.call('registryImages', { place: repository })).toEqual({
      kind: 'tags',
      names: [`${repository}:v1`, `${repository}:v2`],
      cut: false,
    });
    await expect(
      ui.backend.call('registryImages', { place: `${registry.host}/none/none` }),
    ).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  async function whenBuilding(id: string, wanted: string): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const { cells } = await ui.backend.call('job', { id });
      if (cells.find((cell) => cell.id === wanted)?.state === 'building') return;
      await sleep(100);
    }
    throw new Error(`${wanted} is not being built`);
  }
});

const SLOW = ['linux/amd64', 'linux/arm64'].map((platform) => ({ component: 'slow', platform }));
