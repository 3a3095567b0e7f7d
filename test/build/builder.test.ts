import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { startBuildkitNode, type BuildkitNode } from '../support/buildkit-node.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { makeNodeCertificates } from '../support/node-certificates.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

interface ShownBuilder {
  readonly name: string;
  readonly driver: string;
  readonly current?: boolean;
  readonly store?: string;
  readonly nodes: readonly { readonly name: string; readonly native: readonly string[] }[];
}

describeWithEngines('xbundle builder', (engines) => {
  const { containerd, classic } = engines;
  let scratch: string;
  let env: Readonly<Record<string, string>>;
  let amd64: BuildkitNode;
  let arm64: BuildkitNode;

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'builder-'));
    [amd64, arm64] = await Promise.all([startBuildkitNode(containerd), startBuildkitNode(classic)]);
  });

  afterAll(async () => {
    await Promise.all([amd64.close(), arm64.close()]);
    await rm(scratch, { recursive: true, force: true });
  });

  /** Every test has builders of its own: nobody else's are seen or touched. */
  beforeEach(async () => {
    const config = await mkdtemp(join(scratch, 'buildx-'));
    env = { ...toolEnvironment(containerd), BUILDX_CONFIG: config };
  });

  function builder(...args: readonly string[]): Promise<CliRun> {
    return xbundle(['builder', ...args], { env });
  }

  async function builders(): Promise<readonly ShownBuilder[]> {
    const run = await builder('ls', '--json');
    expect(run).toMatchObject({ exitCode: 0 });
    return (JSON.parse(run.stdout) as { readonly builders: readonly ShownBuilder[] }).builders;
  }

  async function names(): Promise<readonly string[]> {
    return (await builders()).map(({ name }) => name);
  }

  it('ls shows the builder of each engine with its store, in lines and as JSON', async () => {
    for (const engine of [containerd, classic]) {
      env = { ...env, ...toolEnvironment(engine) };
      const [shown] = await builders();
      expect(shown).toMatchObject({ name: 'default', driver: 'docker', current: true, store: engine.store });
      expect(shown?.nodes[0]?.native).toContain('linux/amd64');
      const run = await builder('ls');
      expect(run.stdout).toContain(`${engine.store} store`);
    }
  });

  it('create makes one builder with a native node for each platform, and use, inspect and rm know it', async () => {
    const node = ['--node', `amd64=${amd64.endpoint}`, '--node', `arm64=${arm64.endpoint}`];
    const created = await builder('create', 'pair', ...node, '--json');
    expect(created).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(created.stdout)).toMatchObject({
      name: 'pair',
      driver: 'remote',
      nodes: [
        { name: 'pair-amd64', status: 'running', fixed: ['linux/amd64'] },
        { name: 'pair-arm64', status: 'running', fixed: ['linux/arm64'] },
      ],
    });
    expect((await builders()).find(({ current }) => current)?.name).toBe('default');
    expect(await builder('use', 'pair')).toMatchObject({ exitCode: 0 });
    expect((await builders()).find(({ current }) => current)?.name).toBe('pair');
    const inspected = await builder('inspect');
    expect(inspected.stdout).toMatch(/^pair\n[^]*made for: linux\/arm64/);
    expect(await builder('rm', 'pair')).toMatchObject({ exitCode: 0 });
    expect(await names()).toEqual(['default']);
  });

  it('create meets nodes behind TLS with the certificates of each, and builds on them', async () => {
    const { directory, server: tls } = await makeNodeCertificates(join(scratch, 'certificates'));
    const nodes = [await startBuildkitNode(containerd, { tls }), await startBuildkitNode(classic, { tls })];
    try {
      const [one, two] = nodes.map(({ endpoint }) => endpoint);
      const node = ['--node', `amd64=${one ?? ''}`, '--node', `arm64=${two ?? ''}`];
      const stranger = await builder('create', 'stranger', ...node);
      expect(stranger).toMatchObject({ exitCode: 6 });
      const certificates = ['--node-tls', `amd64=${directory}`, '--node-tls', `arm64=${directory}`];
      const created = await builder('create', 'secure', ...node, ...certificates, '--json');
      expect(created, created.stderr).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(created.stdout)).toMatchObject({
        driver: 'remote',
        nodes: [
          { name: 'secure-amd64', status: 'running', fixed: ['linux/amd64'] },
          { name: 'secure-arm64', status: 'running', fixed: ['linux/arm64'] },
        ],
      });
      await buildsOnNodes('secure');
    } finally {
      await Promise.all(nodes.map((each) => each.close()));
    }
  });

  it('append gives a builder a further node', async () => {
    await builder('create', 'grows', '--node', `amd64=${amd64.endpoint}`, '--use');
    const appended = await builder('append', 'grows', '--node', `arm64=${arm64.endpoint}`, '--json');
    expect(appended).toMatchObject({ exitCode: 0 });
    const [grown] = (await builders()).filter(({ name }) => name === 'grows');
    expect(grown).toMatchObject({ current: true, nodes: [{ name: 'grows-amd64' }, { name: 'grows-arm64' }] });
  });

  it('each platform is built on the node that was made for it', async () => {
    await builder('create', 'pair', '--node', `amd64=${amd64.endpoint}`, '--node', `arm64=${arm64.endpoint}`);
    await buildsOnNodes('pair');
  });

  async function buildsOnNodes(name: string): Promise<void> {
    for (const architecture of ['amd64', 'arm64']) {
      const metadata = join(scratch, `${architecture}.json`);
      const target = ['--builder', name, '--platform', `linux/${architecture}`, '--metadata-file', metadata];
      await docker(containerd, ['buildx', 'build', ...target, '-'], {
        env,
        input: 'FROM scratch\nLABEL a=b\n',
      });
      expect(await readFile(metadata, 'utf8')).toContain(`${name}/${name}-${architecture}/`);
    }
  }

  describe('after a failure nothing half-made is left', () => {
    it('of a builder whose second node does not answer', async () => {
      const gone = await startBuildkitNode(containerd);
      await gone.close();
      const run = await builder(
        'create',
        'half',
        '--node',
        `amd64=${amd64.endpoint}`,
        '--node',
        `arm64=${gone.endpoint}`,
      );
      expect(run).toMatchObject({ exitCode: 6 });
      expect(await names()).toEqual(['default']);
    });

    it('of nodes that are appended', async () => {
      await builder('create', 'whole', '--node', `amd64=${amd64.endpoint}`);
      const gone = await startBuildkitNode(containerd);
      await gone.close();
      const run = await builder('append', 'whole', '--node', `arm64=${gone.endpoint}`);
      expect(run).toMatchObject({ exitCode: 6 });
      const [whole] = (await builders()).filter(({ name }) => name === 'whole');
      expect(whole?.nodes.map(({ name }) => name)).toEqual(['whole-amd64']);
    });

    it('of a container builder whose image cannot be pulled', async () => {
      const image = '127.0.0.1:1/buildkit:none';
      const run = await builder('create', 'offline', '--driver-opt', `image=${image}`);
      expect(run).toMatchObject({ exitCode: 6 });
      expect(run.stderr).toContain(image);
      expect(await names()).toEqual(['default']);
      const { stdout } = await docker(containerd, ['ps', '--all', '--quiet', '--filter', 'name=offline']);
      expect(stdout.trim()).toBe('');
    });
  });

  it('create refuses a name that is taken, and leaves that builder alone', async () => {
    await builder('create', 'taken', '--node', `amd64=${amd64.endpoint}`);
    const run = await builder('create', 'taken', '--node', `arm64=${arm64.endpoint}`);
    expect(run).toMatchObject({ exitCode: 8 });
    const [taken] = (await builders()).filter(({ name }) => name === 'taken');
    expect(taken?.nodes).toHaveLength(1);
  });

  it('create says clearly that drivers cannot be mixed, before anything is made', async () => {
    const run = await builder(
      'create',
      'mixed',
      '--node',
      `amd64=${amd64.endpoint}`,
      '--node',
      'arm64=ssh://arm',
    );
    expect(run).toMatchObject({ exitCode: 2 });
    expect(run.stderr).toContain('one driver');
    expect(await names()).toEqual(['default']);
  });

  it('create --dry-run prints the commands and runs none', async () => {
    const run = await builder('create', 'dry', '--node', 'amd64=tcp://a b:1', '--dry-run', '--no-bootstrap');
    expect(run.stdout).toBe(
      "docker buildx create --name dry --node dry-amd64 --driver remote --platform linux/amd64 -- 'tcp://a b:1'\n",
    );
    expect(await names()).toEqual(['default']);
  });

  it.each([
    ['inspect', 'none'],
    ['use', 'none'],
    ['rm', 'none'],
    ['append', 'none', '--node', 'amd64=tcp://127.0.0.1:1'],
  ])('%s of a builder that there is not exits with 3', async (...args) => {
    expect(await builder(...args)).toMatchObject({ exitCode: 3 });
  });

  it('rm removes none when one of several is missing', async () => {
    await builder('create', 'stays', '--node', `amd64=${amd64.endpoint}`);
    expect(await builder('rm', 'stays', 'none')).toMatchObject({ exitCode: 3 });
    expect(await names()).toContain('stays');
  });
});
