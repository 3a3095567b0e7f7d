import type { VertexName } from './vertex-name.ts';

/**
 * `canceled`: stopped because another step failed or the build was cancelled; it is not what went wrong.
 * `waiting` steps may never start: an exporter that has all it needs asks for nothing more.
 */
export type StepState = 'waiting' | 'running' | 'done' | 'cached' | 'failed' | 'canceled';

/** A part of a step that tells how far it is: a layer being fetched, files being sent, a manifest being written. */
export interface StepProgress {
  readonly id: string;
  /** Bytes, or 0 where nothing is counted. */
  readonly current: number;
  readonly total?: number;
  readonly done: boolean;
}

/** One vertex of the build's graph: an instruction of the Dockerfile, or work of BuildKit's own. */
export interface BuildStep extends Omit<VertexName, 'platform'> {
  readonly digest: string;
  /** Counts from 1, in the order in which the steps came up. */
  readonly number: number;
  readonly state: StepState;
  /** By its name, else by those of the steps it needs, else that of the whole build. */
  readonly platform?: string;
  readonly error?: string;
  /** Milliseconds of all its runs: a step may be started again. */
  readonly durationMs?: number;
  readonly progress: readonly StepProgress[];
  /** The last lines of its output. */
  readonly log: readonly string[];
}

/** A remark of the Dockerfile's frontend. */
export interface BuildWarning {
  readonly text: string;
  readonly url?: string;
  /** Of the Dockerfile; counts from 1. */
  readonly line?: number;
}

/** A build as far as its events have told. Plain data. */
export interface BuildModel {
  /** In the order in which they came up. */
  readonly steps: readonly BuildStep[];
  readonly counts: StepCounts;
  readonly warnings: readonly BuildWarning[];
  /** The last lines of plain text: refusals before a build, excerpt and error after it. */
  readonly text: readonly string[];
}

export interface StepCounts {
  readonly total: number;
  /** Done, cached, failed and canceled together. */
  readonly ended: number;
  readonly cached: number;
  readonly failed: number;
}

/** What one line of output changed: the same for a log file, plain progress and a user interface. */
export type BuildEvent =
  /** Its state is another. */
  | { readonly type: 'step'; readonly step: BuildStep }
  /** Its parts have got on. */
  | { readonly type: 'progress'; readonly step: BuildStep }
  | { readonly type: 'log'; readonly step: BuildStep; readonly stream: 1 | 2; readonly text: string }
  | { readonly type: 'warning'; readonly warning: BuildWarning }
  | { readonly type: 'text'; readonly text: string };
