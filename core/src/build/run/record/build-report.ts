import type { Receipt } from '../../../bundle/index.ts';
import type { Descriptor, Digest, ProgressEvent } from '../../../model/index.ts';
import type { BuildHow } from '../../build-plan.ts';
import type { BuildEvent, BuildFailure, StepCounts } from '../../progress/index.ts';

/**
 * - `done`: built, asked for, and there;
 * - `failed`: the build failed, or left no result;
 * - `wrong`: there is a result, for another platform or with programs for another machine;
 * - `blocked`: not built, because a cell that it needs is not done;
 * - `canceled`: stopped, or never started.
 */
export type CellEnd = 'done' | 'failed' | 'wrong' | 'blocked' | 'canceled';
export type CellBuildState = 'waiting' | 'running' | CellEnd;

/** One image in a store. */
export interface StoredResult {
  readonly kind: 'oci';
  /** The manifest, or an index: of it and its attestations, and of the other platforms it was built with. */
  readonly root: Descriptor;
  /** How many platforms the root is for; absent: one. */
  readonly platforms?: number;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly attestations: readonly Descriptor[];
  /** Manifest, config and layers together, in bytes. */
  readonly size: number;
}

/** What was found when the place that a cell was built into was asked. */
export type CellResult =
  | StoredResult
  | { readonly kind: 'engine'; readonly names: readonly string[]; readonly config: Digest }
  | { readonly kind: 'local'; readonly directory: string };

/** One cell of a run. Plain data. */
export interface CellReport {
  /** As in the plan: `backend@linux/arm64`. */
  readonly id: string;
  readonly component: string;
  readonly platform: string;
  /** False for a cell that only others need. */
  readonly wanted: boolean;
  readonly how: BuildHow;
  readonly node?: string;
  readonly state: CellBuildState;
  /** Every instruction came from the builder's cache. */
  readonly cached?: boolean;
  /** Done in an earlier run, found whole, and not built again. */
  readonly kept?: boolean;
  readonly attempts: number;
  readonly durationMs?: number;
  /** One for each place that it was built into. */
  readonly results?: readonly CellResult[];
  /** Why it failed. */
  readonly failure?: BuildFailure;
  /** Why it is wrong, blocked or canceled. */
  readonly reason?: string;
  /** `BUILDER/NODE/ID`: what `docker buildx history` calls a build that went well. */
  readonly ref?: string;
  /** The log file, relative to `BuildReport.directory`. */
  readonly log?: string;
}

/** Where images went, and what was found there afterwards. */
export type OutputReport =
  | { readonly kind: 'export'; readonly path: string; readonly id: Digest; readonly size: number }
  | { readonly kind: 'load' | 'push'; readonly receipt: Receipt };

/** A name of the release, and what it stands for. */
export interface BuiltName {
  readonly name: string;
  readonly component: string;
  /** The index of its platforms, or the manifest of the only one; absent where cells are missing. */
  readonly digest?: Digest;
}

/** What a run did. `complete` says that every wanted cell is done and every output has all of them. */
export interface BuildReport {
  readonly type: 'application/vnd.xbundle.build.v1+json';
  readonly id: string;
  readonly name?: string;
  readonly version?: string;
  readonly builder: string;
  readonly driver: string;
  /** RFC 3339. */
  readonly started: string;
  readonly durationMs: number;
  readonly complete: boolean;
  readonly interrupted: boolean;
  /** Of this run: its record and its logs. */
  readonly directory: string;
  /** The directory whose `blobs` has the results, as an OCI image layout has them. */
  readonly store: string;
  readonly cells: readonly CellReport[];
  readonly images: readonly BuiltName[];
  readonly outputs: readonly OutputReport[];
  /** Why outputs that were asked for were not written. */
  readonly withheld?: string;
}

export type BuildRunEvent =
  | { readonly type: 'cell'; readonly cell: CellReport }
  | {
      readonly type: 'build';
      readonly cell: string;
      readonly event: BuildEvent;
      readonly counts: StepCounts;
    }
  | {
      readonly type: 'retry';
      readonly cell: string;
      readonly attempt: number;
      readonly reason: string;
      readonly waitMs: number;
    }
  | {
      readonly type: 'service';
      readonly name: string;
      readonly state: 'starting' | 'ready' | 'removed';
      readonly address?: string;
    }
  | {
      readonly type: 'output';
      readonly output: OutputReport['kind'];
      readonly event: ProgressEvent;
    };

export type OnBuildEvent = (event: BuildRunEvent) => void;

/** What a store has of a cell; undefined for one that is not done, or was built elsewhere. */
export function storedResult({ results = [] }: Pick<CellReport, 'results'>): StoredResult | undefined {
  return results.find((result) => result.kind === 'oci');
}

/** Whether a cell has ended in the way that was wanted. */
export function isDone({ state }: Pick<CellReport, 'state'>): boolean {
  return state === 'done';
}
