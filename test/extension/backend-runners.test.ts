import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContainerRunner } from '../../backend/src/jobs/runners/container-runner.ts';
import { containerName } from '../../backend/src/jobs/runners/container-args.ts';
import { ProcessRunner } from '../../backend/src/jobs/runners/process-runner.ts';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import { PROGRAM, testJobRunner } from './job-runner-suite.ts';

const program =
  process.env['XBUNDLE_TEST_PROGRAM'] ?? fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

let scratch = '';
beforeAll(async () => {
  scratch = await makeScratch('runners');
  await writeFile(join(scratch, 'program'), PROGRAM);
  await chmod(join(scratch, 'program'), 0o755);
});
afterAll(() => removeScratch(scratch));

testJobRunner('jobs in processes', () => ({
  open: () =>
    new ProcessRunner({
      directory: join(scratch, 'running'),
      supervisor: [process.execPath, program, 'ui', 'supervise'],
      programs: { xbundle: [join(scratch, 'program')], docker: ['docker'] },
      env: { PATH: process.env['PATH'] },
    }),
  destroy: async (id) => {
    const { pid } = await readIdentity(join(scratch, 'running', id));
    // The program first: it would go on without its supervisor.
    for (const each of [...(await childrenOf(pid)), pid]) kill(each);
  },
}));

async function readIdentity(folder: string): Promise<{ readonly pid: number }> {
  try {
    return JSON.parse(await readFile(join(folder, 'supervisor.json'), 'utf8')) as { pid: number };
  } catch {
    return { pid: 0 };
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  if (pid === 0) return [];
  try {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

describeWithEngines('jobs in containers', (engines) => {
  const { containerd } = engines;
  const image = `${uniqueRepository('runner')}:v1`;
  const setting = { image, socket: containerd.socket, labels: { 'com.docker.desktop.extension': 'true' } };
  const open = (volume?: string): ContainerRunner => {
    const own = volume === undefined ? setting : { ...setting, volume };
    return new ContainerRunner({ setting: own, startedBy: 'backend', env: toolEnvironment(containerd) });
  };

  beforeAll(async () => {
    const context = join(scratch, 'context');
    await mkdir(context, { recursive: true });
    await writeFile(join(context, 'program'), PROGRAM);
    await writeFile(
      join(context, 'Dockerfile'),
      `FROM scratch
ARG TARGETARCH
COPY --from=base \${TARGETARCH}/bin/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
COPY --chmod=755 program /usr/local/bin/xbundle
`,
    );
    const base = `--build-context=base=${engines.baseContext.directory}`;
    await docker(containerd, ['buildx', 'build', '--quiet', '--load', base, `--tag=${image}`, context]);
  });
  afterAll(() => docker(containerd, ['image', 'rm', '--force', image], { allowFailure: true }));

  it('leaves those of another installation on the engine alone', async () => {
    const id = `other-${Date.now().toString(36)}`;
    const spec = { program: 'xbundle', args: ['both', '0'], mounts: [], needsEngine: false } as const;
    const volume = image.replace(/[^a-z0-9]/g, '');
    try {
      await open(volume).start({ ...spec, id, createdAt: Date.now() });
      expect((await open(volume).known()).map((run) => run.id)).toEqual([id]);
      expect((await open().known()).map((run) => run.id)).not.toContain(id);
    } finally {
      await open(volume).remove(id);
      await docker(containerd, ['volume', 'rm', '--force', volume]);
    }
  });

  testJobRunner('a runner of containers', () => ({
    open: () => open(),
    destroy: async (id) => {
      await docker(containerd, ['rm', '--force', containerName(id)], { allowFailure: true });
    },
  }));
});
