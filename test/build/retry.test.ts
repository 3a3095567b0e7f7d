import { startRegistry, randomIndex, type FaultRule, type TestRegistry } from '@xbundle/core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeLoopbackHost } from '../engine/start.ts';
import { cellOf, dockerfile, logOf, makeBuildProject, type BuildProject } from '../support/build-project.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

describeWithEngines('a failure that may pass', (engines) => {
  let project: BuildProject;
  let registry: TestRegistry;
  let images = 0;
  let platform = 'linux/amd64';

  beforeAll(async () => {
    project = await makeBuildProject(engines, engines.containerd, 'xb-retry');
    registry = await startRegistry({});
  });

  afterAll(async () => {
    await registry.close();
    await project.close();
  });

  /** A component from an image that no engine has yet. */
  async function fromRegistry(host = registry.host): Promise<void> {
    const name = `base${images++}`;
    registry.push(name, 'v1', await randomIndex(name, ['linux/amd64'], { layerBytes: 1000 }));
    await project.write('app/Dockerfile', `FROM ${host}/${name}:v1\nLABEL a=b\n`);
  }

  const build = (...args: readonly string[]): ReturnType<BuildProject['build']> =>
    project.build(['app', '-t', `${project.prefix}/app:v1`, '-p', platform, '--no-check', ...args]);
  const id = 'app@linux/amd64';

  it.each<[string, FaultRule]>([
    ['is overloaded', { match: { kind: 'manifest' }, action: { type: 'status', status: 503 } }],
    ['breaks the connection', { match: { kind: 'manifest' }, action: { type: 'reset', at: 'start' } }],
  ])('of a registry that %s is one that the next try does not have', async (_title, rule) => {
    await fromRegistry();
    // BuildKit asks again by itself, some times: as long as this build is at it, it fails.
    const fault = registry.fault({ ...rule, times: Infinity });
    const failed = await build('--retry', '0');
    expect(failed).toMatchObject({ exitCode: 3 });
    const { failure, attempts } = cellOf(failed.report, id);
    expect({ attempts, ...failure }).toMatchObject({ attempts: 1, transient: true });
    expect(['registry', 'network']).toContain(failure?.cause);
    const { fired } = fault;
    fault.remove();
    registry.fault({ ...rule, times: fired });
    const { exitCode, report } = await build('--retry', '1');
    expect(exitCode).toBe(0);
    expect(cellOf(report, id)).toMatchObject({ state: 'done', attempts: 2 });
    expect(await logOf(report, id)).toContain('# attempt 2, because of: ');
    registry.clearFaults();
  });

  it('of the network is tried as often as was asked for', async () => {
    await fromRegistry(await freeLoopbackHost());
    const { exitCode, report } = await build('--retry', '1');
    expect(exitCode).toBe(3);
    expect(cellOf(report, id)).toMatchObject({
      attempts: 2,
      failure: { cause: 'network', transient: true },
    });
  });

  it('is no 404 and no 401: those are not tried again', async () => {
    await fromRegistry();
    for (const [status, cause] of [
      [404, 'image-not-found'],
      [401, 'unauthorized'],
    ] as const) {
      registry.fault({ times: Infinity, match: { kind: 'manifest' }, action: { type: 'status', status } });
      const { report } = await build('--retry', '3');
      expect(cellOf(report, id)).toMatchObject({ attempts: 1, failure: { cause, transient: false } });
      registry.clearFaults();
    }
  });

  it('of QEMU, which crashes once, leaves a cell that is done', async () => {
    platform = 'linux/arm64';
    // Not the first process itself: the kernel spares that one, and QEMU would wait for its end for ever.
    const crash = `touch /state/crashed; : ${project.prefix}; sh -c 'kill -SEGV $$'; exit $?`;
    const mount = `--mount=type=cache,id=${project.prefix},target=/state`;
    await project.write(
      'app/Dockerfile',
      dockerfile(project.base, `${mount} if [ ! -e /state/crashed ]; then ${crash}; fi`),
    );
    const { exitCode, report } = await build();
    expect(exitCode).toBe(0);
    const cell = cellOf(report, 'app@linux/arm64');
    expect(cell).toMatchObject({ state: 'done', how: 'emulated', attempts: 2 });
    expect(await logOf(report, cell.id)).toContain('qemu: uncaught target signal 11');
  });
});
