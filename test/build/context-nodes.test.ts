import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker } from '../engine/docker.ts';
import { bakeFile, dockerfile, makeBuildProject, type BuildProject } from '../support/build-project.ts';
import { makeBuildkitImage } from '../support/buildkit-image.ts';
import { startBuildkitNode, type BuildkitNode } from '../support/buildkit-node.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';

describeWithEngines('a builder of two Docker contexts', (engines) => {
  const { containerd, classic } = engines;
  const image = `${uniqueRepository('buildkit')}:v1`;
  const hosts = { amd64: containerd, arm64: classic } as const;
  let node: BuildkitNode;
  let project: BuildProject;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    // Containers in both engines lead to one BuildKit: a classic store could not give results out.
    node = await startBuildkitNode(containerd);
    project = await makeBuildProject(engines, containerd, 'xb-contexts');
    const config = await mkdtemp(join(engines.directory, 'contexts-'));
    await symlink(join(engines.dockerConfig, 'cli-plugins'), join(config, 'cli-plugins'));
    await mkdir(join(config, 'buildx'));
    env = { ...project.env, DOCKER_CONFIG: config, BUILDX_CONFIG: join(config, 'buildx') };
    for (const [name, engine] of Object.entries(hosts)) {
      await makeBuildkitImage(engines, engine, { name: image, endpoint: node.endpoint });
      await docker(containerd, ['context', 'create', `on-${name}`, '--docker', `host=${engine.host}`], {
        env,
      });
    }
    await project.write('web/Dockerfile', dockerfile(project.base));
    await project.write('docker-bake.hcl', bakeFile(project.prefix, ['web']));
  });

  afterAll(async () => {
    await builder('rm', 'pair');
    for (const engine of Object.values(hosts))
      await docker(engine, ['image', 'rm', '--force', image, `${image}-base`], { allowFailure: true });
    await project.close();
    await node.close();
    await rm(env['DOCKER_CONFIG'] ?? '', { recursive: true, force: true });
  });

  function builder(...args: readonly string[]): Promise<CliRun> {
    return xbundle(['builder', ...args], { env });
  }

  async function containersOf(engine: (typeof hosts)['amd64' | 'arm64']): Promise<readonly string[]> {
    const args = ['ps', '--format', '{{.Names}}', '--filter', `ancestor=${image}`];
    const { stdout } = await docker(engine, args);
    return stdout.trim().split('\n');
  }

  it('has a container in the engine of each context', async () => {
    const nodes = ['--node', 'amd64=on-amd64', '--node', 'arm64=on-arm64'];
    const options = ['--driver-opt', `image=${image}`, '--driver-opt', 'network=host'];
    const created = await builder('create', 'pair', ...nodes, ...options, '--json');
    expect(created, created.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(created.stdout)).toMatchObject({
      driver: 'docker-container',
      nodes: [
        { name: 'pair-amd64', endpoint: 'on-amd64', status: 'running', fixed: ['linux/amd64'] },
        { name: 'pair-arm64', endpoint: 'on-arm64', status: 'running', fixed: ['linux/arm64'] },
      ],
    });
    expect(await containersOf(hosts.amd64)).toEqual(['buildx_buildkit_pair-amd64']);
    expect(await containersOf(hosts.arm64)).toEqual(['buildx_buildkit_pair-arm64']);
  });

  it('builds each platform in the engine of its context, into one bundle', async () => {
    const { exitCode, report, stderr } = await project.build(
      ['--builder', 'pair', '--export', 'contexts.tar'],
      { env },
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    for (const { ref, platform } of report.cells) {
      const [, architecture = ''] = platform.split('/');
      expect(ref).toMatch(new RegExp(`^pair/pair-${architecture}/`));
    }
  });

  it('leaves no container behind when it is removed', async () => {
    expect(await builder('rm', 'pair')).toMatchObject({ exitCode: 0 });
    for (const engine of Object.values(hosts)) expect(await containersOf(engine)).toEqual(['']);
  });
});
