import type { Platform } from '../model/index.ts';

/** A machine, container or pod that builds: what a plan needs to know of it. */
export interface PlanNode {
  readonly name: string;
  /** The machine's own platform; undefined for a node that was never started. */
  readonly native?: Platform;
  /** What it can execute, natively or emulated. */
  readonly platforms: readonly Platform[];
  /** Those its builder was told of with `--platform`, which buildx prefers. */
  readonly fixed?: readonly Platform[];
  /** Why the node cannot be asked. */
  readonly error?: string;
}

/** The builder that a plan is made for; `Builder` of core/buildx is one. */
export interface PlanBuilder {
  readonly name: string;
  readonly driver: string;
  readonly nodes: readonly PlanNode[];
}

/** Where an instruction of a Dockerfile runs. */
export interface DockerfileFacts {
  /**
   * Whether anything is executed on the target platform, for a stage that the wanted one is made of: one `RUN`
   * is enough to need emulation there.
   */
  readonly runsOnTarget: boolean;
  /** Whether anything is executed on `BUILDPLATFORM`. */
  readonly runsOnBuild: boolean;
  /** Platforms written out in `FROM --platform=…` of stages that execute something. */
  readonly runsOn: readonly Platform[];
  /** Line of the first `RUN` on the target platform. */
  readonly line?: number;
}

/** All that `planBuild` knows of the world. */
export interface PlanFacts {
  readonly builder: PlanBuilder;
  /**
   * Whether a build can give its result as an OCI layout. Only the `docker` driver over a classic image store
   * cannot; results are then kept in the engine, under arch tags.
   */
  readonly ociExporter: boolean;
  /** Of each component, by name; absent where its Dockerfile cannot be read beforehand (a remote context). */
  readonly dockerfiles: ReadonlyMap<string, DockerfileFacts>;
}
