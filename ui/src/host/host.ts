import type { BackendClient, Job, JobRequestInput } from '@xbundle/backend/contract';
import type { HostThemes } from '../theme/theme.ts';

export interface PathQuestion {
  readonly kind: 'folder' | 'file';
  readonly title: string;
}

export type BuildRequest = Extract<JobRequestInput, { kind: 'build' }>;

/** Where the page runs: everything that differs between Docker Desktop and `xbundle ui`. */
export interface Host {
  readonly client: BackendClient;
  readonly themes: HostThemes | undefined;
  /** The system's own dialog; absent where the page has to have one. Undefined when it was cancelled. */
  readonly choosePath?: (question: PathQuestion) => Promise<string | undefined>;
  /**
   * Builds through the host's own docker command, with its credentials and builders; leaving the tab ends that.
   * Resolves once the job is made. Absent where the page has no such command.
   */
  readonly startTabBuild?: (build: BuildRequest, retryOf?: string) => Promise<Job>;
  readonly openExternal: (url: string) => void;
}
