import type { DockerEnvironment, EngineClient, RegistryClient, SourceClients } from '@xbundle/core';
import type { Facts } from './contract.ts';
import type { HostCommands } from './tasks/host-commands.ts';
import type { CliTasks } from './tasks/cli-tasks.ts';
import type { ImageShelf } from './images/image-shelf.ts';
import type { JobBook } from './jobs/job-book.ts';
import type { JobStore } from './jobs/store/job-store.ts';

/** Ways to registries and the engine; each client is made when it is first asked for. */
export interface BackendClients extends SourceClients {
  readonly registry: () => RegistryClient;
  readonly engine: () => Promise<EngineClient>;
  close(): Promise<void>;
}

/** All that routes work with. */
export interface Services {
  readonly version: string;
  readonly host: Facts['host'];
  /** `xbundle ui`: the folder that the folder chooser does not leave. */
  readonly root?: string | undefined;
  readonly env: DockerEnvironment;
  readonly clients: BackendClients;
  readonly tasks: CliTasks;
  readonly hostCommands: HostCommands;
  readonly jobs: JobBook;
  readonly jobFacts: Facts['jobs'];
  readonly store: JobStore;
  readonly images: ImageShelf;
  readonly notices: Facts['notices'];
}
