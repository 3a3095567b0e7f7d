import type { CallOptions } from '@xbundle/core';
import type { HostCommand, JobRequest } from '../../contract.ts';

/** A path that the program reads or writes. */
export interface Mount {
  /** Of the machine that the user sits at. */
  readonly path: string;
  /** Where the program finds it; the same, unless it runs in a container. */
  readonly target: string;
  readonly access: 'read' | 'write';
}

/** What a job runs. Plain data. */
export interface JobSpec {
  readonly id: string;
  readonly program: 'xbundle' | 'docker';
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly mounts: readonly Mount[];
  /** Whether it speaks to the engine. */
  readonly needsEngine: boolean;
  /** Where it finds what the kernel says of its emulators: a file system of its own, which containers do not have. */
  readonly binfmt?: string | undefined;
  readonly createdAt: number;
  readonly request?: JobRequest | undefined;
}

/** A piece of what a program wrote, cut anywhere. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970, where it is known. */
  readonly time?: number | undefined;
}

/** `lost`: it is gone, and nobody saw how it ended. */
export type RunState =
  | { readonly state: 'running' }
  | { readonly state: 'ended'; readonly exitCode: number; readonly endedAt?: number | undefined }
  | { readonly state: 'lost' };

/** A job that a runner knows of, whoever started it. */
export interface KnownRun {
  readonly id: string;
  readonly createdAt: number;
  readonly request?: JobRequest | undefined;
}

/** Runs programs that outlive this process. The output of one is kept from its first byte until it is removed. */
export interface JobRunner {
  readonly kind: 'container' | 'process';
  /**
   * Starts a program, or says what the tab has to run to start it. REFUSED, FILE_SYSTEM and others where it cannot
   * be started.
   */
  start(spec: JobSpec, options?: CallOptions): Promise<HostCommand | undefined>;
  state(id: string, options?: CallOptions): Promise<RunState>;
  /** All output from the first byte to the end of the program, for which it waits. */
  follow(id: string, options?: CallOptions): AsyncIterable<OutputChunk>;
  /** Asks the program to end, and ends it after some seconds; resolves once it was asked. */
  cancel(id: string): Promise<void>;
  /** Forgets a program that has ended, and its output. Nothing happens where there is none. */
  remove(id: string): Promise<void>;
  known(options?: CallOptions): Promise<readonly KnownRun[]>;
}
