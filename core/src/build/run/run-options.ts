import type { LookInside, SourceClients } from '../../bundle/index.ts';
import type { DockerEnvironment } from '../../buildx/index.ts';
import type { CallOptions } from '../../content/index.ts';
import type { BuildFolder } from './record/build-folder.ts';
import type { OnBuildEvent } from './record/build-report.ts';
import type { BuildOutputs } from './deliver.ts';

export interface RunBuildOptions extends CallOptions {
  /** Where runs of this definition are kept; see `buildFolder`. */
  readonly folder: BuildFolder;
  /** Cells built at once; default: two for each processor, at least 4 and at most 16. */
  readonly jobs?: number | undefined;
  /** Further tries of a cell whose failure may pass; default 1. */
  readonly retry?: number | undefined;
  readonly failFast?: boolean | undefined;
  /** Keep what the last run of the definition has done, where it is still there. */
  readonly onlyFailed?: boolean | undefined;
  /** Of every docker command; default: this process's. */
  readonly env?: DockerEnvironment | undefined;
  /** For services, and for builders that keep images in the engine. */
  readonly clients?: SourceClients | undefined;
  readonly outputs?: BuildOutputs | undefined;
  /** Holds results against their platforms, before anything leaves the store: a cell may turn out to be wrong. */
  readonly lookInside?: LookInside | undefined;
  readonly onEvent?: OnBuildEvent | undefined;
}
