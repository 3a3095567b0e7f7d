import { join } from 'node:path';
import type { RequestListener } from 'node:http';
import type { DockerEnvironment } from '@xbundle/core';
import type { Facts } from './contract.ts';
import { createClients } from './clients.ts';
import { createHandlers } from './handlers.ts';
import type { Guard } from './http/guard.ts';
import { requestListener } from './http/serve.ts';
import { SlowAnswers } from './http/slow-answers.ts';
import { ImageShelf } from './images/image-shelf.ts';
import { JobBook } from './jobs/job-book.ts';
import type { JobRunner } from './jobs/runners/job-runner.ts';
import { openJobStore } from './jobs/store/open-store.ts';
import type { Services } from './services.ts';
import type { CliTasks } from './tasks/cli-tasks.ts';
import type { HostCommands } from './tasks/host-commands.ts';

export interface BackendOptions {
  readonly version: string;
  readonly host: Facts['host'];
  readonly root?: string | undefined;
  readonly env: DockerEnvironment;
  /** Of all that is kept. */
  readonly directory: string;
  readonly runner: JobRunner;
  readonly otherRunners: readonly JobRunner[];
  readonly jobFacts: Facts['jobs'];
  readonly hostCommands: HostCommands;
  readonly tasks: CliTasks;
}

/** The backend, whatever it listens on. */
export interface Backend {
  listener(guard: Guard, files?: string): RequestListener;
  /** Lets go of jobs, which go on, and ends everything else. */
  close(): Promise<void>;
}

/** Opens the history, finds the jobs that run, and is ready to answer. */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const { version, env, directory, runner, otherRunners, jobFacts } = options;
  const jobsDirectory = join(directory, 'jobs');
  const { store, notices } = await openJobStore({ directory, jobs: jobsDirectory });
  const clients = createClients(env, version);
  const jobs = new JobBook({
    store,
    runner,
    others: otherRunners,
    directory: jobsDirectory,
    runnerNote: jobFacts.note,
  });
  await jobs.attach();
  const time = Date.now();
  return serveServices({
    ...options,
    clients,
    jobs,
    store,
    images: new ImageShelf(clients),
    notices: notices.map((message, at) => ({ id: `${time}-${at}`, time, message })),
  });
}

function serveServices(services: Services): Backend {
  const handlers = createHandlers(services);
  const slow = new SlowAnswers();
  const { jobs, images, clients, store } = services;
  return {
    listener: (guard, files) => requestListener({ handlers, guard, files, slow }),
    close: async () => {
      slow.close();
      await jobs.close();
      await images.close();
      await clients.close();
      await store.close();
    },
  };
}
