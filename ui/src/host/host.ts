import type { BackendClient } from '@xbundle/backend/contract';
import type { HostThemes } from '../theme/theme.ts';

export interface PathQuestion {
  readonly kind: 'folder' | 'file';
  readonly title: string;
}

/** A build that runs through the host's own docker command; leaving the tab ends it. */
export interface TabBuild {
  readonly jobId: string;
  readonly cells: readonly TabBuildCell[];
}

export interface TabBuildCell {
  readonly id: string;
  readonly needs: readonly string[];
  /** Arguments for `docker`. */
  readonly command: readonly string[];
}

/** Where the page runs: everything that differs between Docker Desktop and `xbundle ui`. */
export interface Host {
  readonly client: BackendClient;
  readonly themes: HostThemes | undefined;
  /** The system's own dialog; absent where the page has to have one. Undefined when it was cancelled. */
  readonly choosePath?: (question: PathQuestion) => Promise<string | undefined>;
  /** Absent where builds cannot run through the host's docker command. */
  readonly runTabBuild?: (build: TabBuild) => Promise<void>;
  readonly openExternal: (url: string) => void;
}
