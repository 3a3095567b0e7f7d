import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import {
  bakeFile,
  cellOf,
  dockerfile,
  makeBuildProject,
  statesOf,
  type BuildProject,
} from '../support/build-project.ts';
import { startBuildkitNode, type BuildkitNode } from '../support/buildkit-node.ts';
import { imageNames, removeImages } from '../support/engine-images.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

describeWithEngines('a builder of two nodes', (engines) => {
  const { containerd } = engines;
  let project: BuildProject;
  let nodes: { readonly amd64: BuildkitNode; readonly arm64: BuildkitNode };

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-nodes');
    nodes = { amd64: await startBuildkitNode(containerd), arm64: await startBuildkitNode(containerd) };
    for (const [platform, node] of Object.entries(nodes)) {
      const append = platform === 'amd64' ? [] : ['--append'];
      await docker(
        containerd,
        [
          ...[
            'buildx',
            'create',
            '--name',
            'two',
            ...append,
            '--node',
            `two-${platform}`,
            '--driver',
            'remote',
          ],
          ...['--platform', `linux/${platform}`, node.endpoint],
        ],
        { env: project.env },
      );
    }
    for (const name of ['web', 'slow']) await project.write(`${name}/Dockerfile`, dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['web', 'slow']));
  });

  afterAll(async () => {
    await nodes.amd64.close();
    await nodes.arm64.close();
    await project.close();
  });

  it('builds each platform on its own node, and writes a bundle, which buildx itself cannot', async () => {
    const { exitCode, report, stderr } = await project.build(['--builder', 'two', '--export', 'nodes.tar']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(report.cells.map(({ platform, node, how }) => [platform, node, how])).toEqual([
      ['linux/amd64', 'two-amd64', 'native'],
      ['linux/arm64', 'two-arm64', expect.any(String)],
      ['linux/amd64', 'two-amd64', 'native'],
      ['linux/arm64', 'two-arm64', expect.any(String)],
    ]);
    for (const { ref, node } of report.cells) expect(ref).toMatch(new RegExp(`^two/${node ?? ''}/`));
  });

  it('that loses a node in the middle fails what was built there, with that reason, and nothing else', async () => {
    await project.write('slow/Dockerfile', dockerfile(project.base, 'sleep 12'));
    const run = project.start([
      '--builder',
      'two',
      '--jobs',
      '4',
      '--retry',
      '0',
      '--no-cache',
      '--no-check',
      '--json',
      '--progress',
      'json',
    ]);
    const done = ['web@linux/amd64', 'web@linux/arm64'].map((id) =>
      run.said(new RegExp(`"id":"${id}".*"state":"done"`)),
    );
    await Promise.all([...done, run.said(/"cell":"slow@linux\/arm64".*sleep 12/)]);
    await nodes.arm64.close();
    const { exitCode, stdout } = await run.done;
    expect(exitCode).toBe(3);
    const report = JSON.parse(stdout) as Parameters<typeof statesOf>[0];
    expect(statesOf(report).toSorted()).toEqual([
      'slow@linux/amd64 done',
      'slow@linux/arm64 failed',
      'web@linux/amd64 done',
      'web@linux/arm64 done',
    ]);
    expect(cellOf(report, 'slow@linux/arm64').failure).toMatchObject({ cause: 'node-lost', transient: true });
  });
});

describeWithEngines('a builder that keeps images in a classic store', (engines) => {
  const { classic, registry } = engines;
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, classic, 'xb-classic');
    await project.write('web/Dockerfile', `FROM scratch\nCOPY file /file\n`);
    await project.write('web/file', 'content');
    await project.write('docker-bake.hcl', bakeFile(`${registry.host}/${project.prefix}`, ['web']));
  });

  afterAll(async () => {
    const name = `${registry.host}/${project.prefix}/web:v1`;
    await removeImages(classic, [name, `${name}-amd64`, `${name}-arm64`]);
    await project.close();
  });

  it('builds each platform under its arch tag, and still gives index and bundle', async () => {
    const args = ['--no-check', '--load', '--push', '--export', 'classic.tar'];
    const { exitCode, report, stderr } = await project.build(args);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(report.outputs.map(({ kind }) => kind)).toEqual(['export', 'load', 'push']);
    expect(report.complete).toBe(true);
    const own = (await imageNames(classic)).filter((name) => name.includes(`${project.prefix}/web`));
    expect(own.map((name) => name.split(':').at(-1)).toSorted()).toEqual(['v1', 'v1-amd64', 'v1-arm64']);
  });
});
