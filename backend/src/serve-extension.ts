import { join } from 'node:path';
import { messageOf, isXbundleError, tell, type DockerEnvironment } from '@xbundle/core';
import { RUNNER_NOTES, type Facts } from './contract.ts';
import { createBackend } from './backend.ts';
import { openGuard } from './http/guard.ts';
import { listenOnSocket } from './http/listen.ts';
import type { ContainerSetting } from './jobs/runners/container-args.ts';
import { ContainerRunner } from './jobs/runners/container-runner.ts';
import type { JobRunner } from './jobs/runners/job-runner.ts';
import { ProcessRunner } from './jobs/runners/process-runner.ts';
import { ownContainer } from './own-container.ts';
import type { CliTasks } from './tasks/cli-tasks.ts';
import { ContainerTasks } from './tasks/container-tasks.ts';
import { HostCommands } from './tasks/host-commands.ts';
import { LocalTasks } from './tasks/local-tasks.ts';

export interface ServeExtensionOptions {
  readonly version: string;
  readonly socket: string;
  /** The named volume. */
  readonly directory: string;
  readonly program: readonly string[];
  /** Whether containers with paths of the host are started through the tab (Docker Desktop), or by the backend. */
  readonly startedBy: 'backend' | 'tab';
  readonly env: DockerEnvironment;
}

/** Serves the extension's backend. The function that is given ends it; jobs go on. */
export async function serveExtension(options: ServeExtensionOptions): Promise<() => Promise<void>> {
  const { version, socket, directory, env } = options;
  const hostCommands = new HostCommands();
  const running = await chooseRunners(options, hostCommands);
  const backend = await createBackend({
    version,
    host: 'desktop',
    env,
    directory,
    hostCommands,
    ...running,
  });
  const listening = await listenOnSocket(socket, backend.listener(openGuard));
  return async () => {
    await listening.close();
    await backend.close();
  };
}

interface Runners {
  readonly runner: JobRunner;
  readonly otherRunners: readonly JobRunner[];
  readonly tasks: CliTasks;
  readonly jobFacts: Facts['jobs'];
}

async function chooseRunners(
  { directory, program, env, startedBy }: ServeExtensionOptions,
  hostCommands: HostCommands,
): Promise<Runners> {
  const processes = new ProcessRunner({
    directory: join(directory, 'running'),
    supervisor: [...program, 'ui', 'supervise'],
    programs: { xbundle: program, docker: ['docker'] },
    env,
  });
  try {
    const setting = forStarter(await ownContainer(env), startedBy);
    const containers = new ContainerRunner({ setting, startedBy, env });
    return {
      runner: containers,
      otherRunners: [processes],
      tasks: new ContainerTasks(containers, hostCommands),
      jobFacts: { runner: 'container', startedBy },
    };
  } catch (error) {
    if (!isXbundleError(error)) throw error;
    const note = tell(RUNNER_NOTES, 'all-run-in-backend', { reason: messageOf(error) });
    return {
      runner: processes,
      otherRunners: [],
      tasks: new LocalTasks({ program, env }),
      jobFacts: { runner: 'process', startedBy: 'backend', note },
    };
  }
}

/** In Docker Desktop the host's docker command knows the socket by its usual name, and gets the right one for it. */
function forStarter(setting: ContainerSetting, startedBy: 'backend' | 'tab'): ContainerSetting {
  return startedBy === 'tab' ? { ...setting, socket: '/var/run/docker.sock', showsBinfmt: true } : setting;
}
