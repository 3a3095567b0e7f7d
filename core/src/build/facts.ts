import type { BuilderFacts } from '../buildx/index.ts';

/** What a plan needs to know of its builder; `builderFacts()` of core/buildx gives it. */
export type PlanBuilder = Pick<BuilderFacts, 'name' | 'driver' | 'nodes' | 'features' | 'error'>;

/** One stage of a Dockerfile, as it is written. */
export interface DockerfileStage {
  /** Lower case; undefined for a stage without `AS`. */
  readonly name?: string;
  /** An image or stage; variables are not replaced. */
  readonly base: string;
  /** The value of `FROM --platform`; variables are not replaced. */
  readonly platform?: string;
  readonly line: number;
  /** Lines of its `RUN` instructions. */
  readonly runs: readonly number[];
  /** Stages, images and contexts that `COPY --from` and `RUN --mount=from=` name, as they are written. */
  readonly from: readonly string[];
}

/** What of a Dockerfile decides where its steps run. */
export interface DockerfileFacts {
  /** `ARG` before the first `FROM`, with its default. */
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly stages: readonly DockerfileStage[];
}

/** All that `planBuild` knows of the world. */
export interface PlanFacts {
  readonly builder: PlanBuilder;
  /**
   * Of each component, by name; absent where a Dockerfile cannot be read beforehand: a remote context, or a
   * frontend that is not Dockerfile's own.
   */
  readonly dockerfiles: ReadonlyMap<string, DockerfileFacts>;
}
