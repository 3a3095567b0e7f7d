import type { BlobSource } from '../../../content/index.ts';
import type { DockerEnvironment } from '../../../buildx/index.ts';
import type { EngineClient } from '../../../engine/index.ts';
import type { CellInputs } from '../../cell-command.ts';
import type { OnBuildEvent } from '../record/build-report.ts';
import type { RunRecord } from '../record/build-record.ts';

/** What all cells of a run share. */
export interface CellContext {
  readonly record: RunRecord;
  /** The directory of the store, and its blobs. */
  readonly store: { readonly path: string; readonly blobs: BlobSource };
  /** Further tries after a failure that may pass. */
  readonly retry: number;
  readonly env: DockerEnvironment | undefined;
  /** Asked for cells that are built into the engine. */
  readonly engine: (() => Promise<EngineClient>) | undefined;
  readonly onEvent: OnBuildEvent;
}

/** What one cell is given. */
export interface CellRun {
  readonly inputs: CellInputs;
  readonly signal: AbortSignal;
}
