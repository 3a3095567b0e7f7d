import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath, type DockerEnvironment } from '@xbundle/core';
import { createBackend } from './backend.ts';
import { loopbackGuard } from './http/guard.ts';
import { listenOnLoopback } from './http/listen.ts';
import { ProcessRunner } from './jobs/runners/process-runner.ts';
import { HostCommands } from './tasks/host-commands.ts';
import { LocalTasks } from './tasks/local-tasks.ts';

export interface ServeLocalOptions {
  readonly version: string;
  /** The folder that the folder chooser does not leave. */
  readonly root: string;
  /** Of history and jobs. */
  readonly state: string;
  /** The built page. */
  readonly files: string;
  /** 0: a free one. */
  readonly port: number;
  /** The program and its first arguments that are the command line. */
  readonly program: readonly string[];
  readonly env: DockerEnvironment;
}

export interface LocalServer {
  /** With the token: whoever has it may do all that the page does. */
  readonly url: string;
  /** Ends the server; jobs go on. */
  close(): Promise<void>;
}

/** Serves page and backend on the loopback address. Throws LOCKED when the port is taken. */
export async function serveLocal(options: ServeLocalOptions): Promise<LocalServer> {
  const { version, env, state, files, port, program } = options;
  const root = await onPath('opening', options.root, () => realpath(options.root));
  const backend = await createBackend({
    version,
    host: 'local',
    root,
    env,
    directory: state,
    runner: new ProcessRunner({
      directory: join(state, 'running'),
      supervisor: [...program, 'ui', 'supervise'],
      programs: { xbundle: program, docker: ['docker'] },
      env,
    }),
    otherRunners: [],
    jobFacts: { runner: 'process', startedBy: 'backend' },
    hostCommands: new HostCommands(),
    tasks: new LocalTasks({ program, env }),
  });
  const token = randomBytes(32).toString('base64url');
  try {
    const listening = await listenOnLoopback(port, (actual) =>
      backend.listener(loopbackGuard({ port: actual, token }), files),
    );
    return {
      url: `http://127.0.0.1:${listening.port}/#token=${token}`,
      close: async () => {
        await listening.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}
