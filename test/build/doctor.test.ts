import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { startBuildkitNode } from '../support/buildkit-node.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildInstaller, FOREIGN, withoutEmulator } from '../support/foreign-emulator.ts';
import { buildSample } from '../support/sample-image.ts';

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly subject?: string;
  readonly title: string;
  readonly fix?: { readonly commands: readonly (readonly string[])[]; readonly safe: boolean };
}

interface Report {
  readonly exitCode: number;
  readonly findings: readonly Finding[];
  readonly fixes?: readonly { readonly done: boolean; readonly reason?: string }[];
}

describeWithEngines('xbundle doctor', (engines) => {
  const { containerd, classic, registry } = engines;
  const repository = uniqueRepository('doctor');
  const both = `${registry.host}/${repository}/both:v1`;
  const amd64Only = `${registry.host}/${repository}/amd64:v1`;
  const localOnly = `localhost/${repository}/local:v1`;
  const installer = `${repository}-binfmt:v1`;
  let scratch: string;
  let buildx: Readonly<Record<string, string>>;

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'doctor-'));
    buildx = { BUILDX_CONFIG: join(scratch, 'buildx') };
    const pushed = (name: string): string => `type=image,name=${name},push=true`;
    await buildSample(engines, { scratch, name: both, output: pushed(both) });
    const platforms = ['linux/amd64'];
    await buildSample(engines, { scratch, name: amd64Only, output: pushed(amd64Only), platforms });
    await buildSample(engines, { scratch, name: localOnly });
  });

  afterAll(async () => {
    await removeImages(containerd, [both, amd64Only, localOnly]);
    await docker(containerd, ['image', 'rm', '--force', installer], { allowFailure: true });
    await rm(scratch, { recursive: true, force: true });
  });

  function doctor(args: readonly string[], engine = containerd as typeof classic): Promise<CliRun> {
    return xbundle(['doctor', ...args], { env: { ...toolEnvironment(engine), ...buildx }, cwd: scratch });
  }

  async function report(args: readonly string[], engine = containerd as typeof classic): Promise<Report> {
    const run = await doctor([...args, '--json'], engine);
    expect(run.stderr).toBe('');
    const document = JSON.parse(run.stdout) as Report;
    expect(document.exitCode).toBe(run.exitCode);
    return document;
  }

  function wrong({ findings }: Report): readonly (readonly string[])[] {
    return findings
      .filter(({ severity }) => severity !== 'ok')
      .map(({ code, severity, subject = '' }) => [code, severity, subject]);
  }

  async function bakeFile(name: string, bases: readonly string[], tag: string): Promise<string> {
    const target = bases.map((base, at) => [
      `app${at}`,
      { 'dockerfile-inline': `ARG BASE=${base}\nFROM $BASE\n`, tags: [`${tag}-${at}`] },
    ]);
    const group = { default: { targets: bases.map((_, at) => `app${at}`) } };
    const path = join(scratch, `${name}.json`);
    await writeFile(path, JSON.stringify({ group, target: Object.fromEntries(target) as unknown }));
    return path;
  }

  it('finds an engine with the containerd store in order', async () => {
    const found = await report(['-p', 'amd64,arm64']);
    expect(wrong(found)).toEqual([]);
    expect(found.exitCode).toBe(0);
    expect(found.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['docker-cli', 'buildx', 'engine', 'image-store', 'builder', 'binfmt']),
    );
    const run = await doctor([]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain('linux/arm64 is emulated');
    expect(run.stdout).toContain('all in order');
  });

  it('tells what a classic store breaks, and what mends it', async () => {
    const found = await report(['-p', 'amd64,arm64'], classic);
    expect(wrong(found)).toEqual([
      ['image-store', 'warning', ''],
      ['builder-limits', 'warning', 'default'],
    ]);
    const run = await doctor([], classic);
    expect(run.stdout).toContain('containerd-snapshotter');
    expect(run.stdout).toContain('$ docker buildx create --name xbundle');
  });

  it('--fix makes a builder and uses it, or leaves no trace where its image cannot be had', async () => {
    const { fixes = [] } = await report(['--fix'], classic);
    const { stdout } = await docker(classic, ['buildx', 'ls', '--format', '{{.Name}}'], { env: buildx });
    expect(fixes).toHaveLength(1);
    expect(stdout.includes('xbundle')).toBe(fixes[0]?.done);
    await docker(classic, ['buildx', 'rm', 'xbundle'], { env: buildx, allowFailure: true });
  });

  it('exits with 6 without an engine, and says it once', async () => {
    const away = {
      ...containerd,
      environment: { ...containerd.environment, DOCKER_HOST: 'unix:///nonexistent' },
    };
    const found = await report([], away);
    expect(found.exitCode).toBe(6);
    expect(wrong(found)).toMatchObject([['engine', 'error', 'unix:///nonexistent']]);
  });

  it('exits with 9 where there is no docker command', async () => {
    const run = await xbundle(['doctor', '--json'], { env: { PATH: scratch } });
    expect(run).toMatchObject({ exitCode: 9 });
  });

  it('exits with 3 for a platform that nothing executes, with the command that installs an emulator', async () => {
    const found = await report(['-p', 'amd64,ppc64le', '--binfmt-image', 'site/binfmt:1']);
    expect(found.exitCode).toBe(3);
    expect(wrong(found)).toEqual([['platform', 'error', 'linux/ppc64le']]);
    expect(found.findings.find(({ severity }) => severity === 'error')?.fix).toMatchObject({
      commands: [['docker', 'run', '--privileged', '--rm', 'site/binfmt:1', '--install', 'ppc64le']],
      safe: true,
    });
  });

  it('names the base image that lacks a platform', async () => {
    const file = await bakeFile('bases', [both, amd64Only, localOnly, 'scratch'], 'localhost/x:v1');
    const found = await report(['-f', file, '-p', 'amd64,arm64', '--plain-http', registry.host]);
    expect(wrong(found)).toEqual([['base-image', 'error', amd64Only]]);
    expect(found.exitCode).toBe(3);
    const offered = found.findings.filter(({ code }) => code === 'base-image').map(({ title }) => title);
    expect(offered).toEqual([
      `${both} has linux/amd64 (registry)`,
      `${both} has linux/arm64 (registry)`,
      `${amd64Only} has linux/amd64 (registry)`,
      `${amd64Only} has no linux/arm64`,
      `${localOnly} has linux/amd64 (engine)`,
      `${localOnly} has linux/arm64 (engine)`,
    ]);
  });

  it('tells of a registry to push to without a login, and that one is not reached', async () => {
    const file = await bakeFile('push', ['scratch'], 'registry.invalid/team/app:v1');
    expect(wrong(await report(['-f', file]))).toEqual([['login', 'warning', 'registry.invalid']]);
    const online = await report(['-f', file, '--online']);
    expect(wrong(online)).toEqual([['login', 'warning', 'registry.invalid']]);
    expect(online.findings.find(({ code }) => code === 'login')?.title).not.toContain('no login');
  });

  it('needs no emulator where each platform has a node of its own', async () => {
    const [first, second] = await Promise.all([startBuildkitNode(containerd), startBuildkitNode(containerd)]);
    const env = { ...toolEnvironment(containerd), ...buildx };
    try {
      const nodes = ['--node', `amd64=${first.endpoint}`, '--node', `riscv64=${second.endpoint}`];
      await xbundle(['builder', 'create', 'doctored', ...nodes], { env });
      const { findings } = await report(['--builder', 'doctored', '-p', 'amd64,riscv64']);
      expect(findings.filter(({ code }) => code === 'platform').map(({ title }) => title)).toEqual([
        'linux/amd64 is native (doctored, node doctored-amd64)',
        'linux/riscv64 is native (doctored, node doctored-riscv64)',
      ]);
      await second.close();
      const found = await report(['--builder', 'doctored', '-p', 'amd64']);
      expect(wrong(found)).toEqual([['builder-node', 'error', 'doctored-riscv64']]);
      expect(found.exitCode).toBe(6);
    } finally {
      await Promise.all([first.close(), second.close()]);
      await docker(containerd, ['buildx', 'rm', 'doctored'], { env: buildx, allowFailure: true });
    }
  });

  it('sees that an emulator is gone though BuildKit still lists its platform, and --fix brings it back', async () => {
    await buildInstaller(engines, { engine: containerd, name: installer, scratch });
    const args = ['-p', FOREIGN.architecture, '--binfmt-image', installer];
    expect(wrong(await report(args))).toEqual([]);
    await withoutEmulator(engines, async () => {
      const missing = await report(args);
      expect(missing.exitCode).toBe(3);
      expect(wrong(missing)).toEqual([['binfmt', 'error', FOREIGN.platform]]);
      const run = await doctor([...args, '--fix']);
      expect(run).toMatchObject({ exitCode: 0 });
      expect(run.stdout).toContain(
        `$ docker run --privileged --rm ${installer} --install ${FOREIGN.architecture}`,
      );
      expect(run.stdout).toContain('all in order');
    });
    expect(wrong(await report(args))).toEqual([]);
  });

  it('has build refuse before anything is built, where the emulator is gone', async () => {
    await writeFile(join(scratch, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\nRUN ["/program"]\n');
    const state = join(scratch, 'state');
    const build = (args: readonly string[] = []): Promise<CliRun> =>
      xbundle(['build', '.', '-t', `${repository}/app:v1`, '-p', FOREIGN.architecture, ...args], {
        env: { ...toolEnvironment(containerd), ...buildx, XDG_STATE_HOME: state },
        cwd: scratch,
      });
    expect((await build(['--dry-run'])).stdout).toContain('1 emulated');
    await withoutEmulator(engines, async () => {
      const { exitCode, stderr } = await build();
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
      expect(stderr).toContain(`--install ${FOREIGN.architecture}`);
      expect(stderr).toContain('nothing was built');
      expect(await readdir(scratch)).not.toContain('state');
    });
  });
});
