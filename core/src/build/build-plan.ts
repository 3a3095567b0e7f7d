import type { Platform, Reference, Told } from '../model/index.ts';
import type { BuildServe, BuildTarget } from './target.ts';

/**
 * How a cell is built:
 * - `native`: on the builder's first node, whose own platform it is;
 * - `other-node`: native too, on another node of the builder;
 * - `cross`: on a node of another platform, where nothing is executed on the wanted one;
 * - `emulated`: `RUN` steps go through QEMU;
 * - `impossible`: a `RUN` step needs a platform that the node cannot execute;
 * - `unknown`: the Dockerfile cannot be read beforehand, or the node was never started.
 */
export type BuildHow = 'native' | 'other-node' | 'cross' | 'emulated' | 'impossible' | 'unknown';

/**
 * Where the result of a cell goes.
 *
 * - `oci`: into the cell's own OCI layout, whose blobs all cells of a run share (`makeCellLayout` says why not all
 *   into one). BuildKit sends no blob that is there. The root of a cell is `containerimage.digest` of its metadata
 *   file, which a failed build does not write; it is a manifest, or an index with one platform and its attestations.
 * - `engine`: into the image store of the engine, as the cell's arch tags. Only where a builder has no OCI
 *   exporter (driver `docker`, classic store).
 * - `local`: the files of the image, into `directory`.
 */
export type CellOutput =
  | { readonly kind: 'oci' }
  | { readonly kind: 'engine'; readonly tags: readonly Reference[] }
  | { readonly kind: 'local'; readonly directory: string };

/** A named context that another cell makes. */
export interface LinkedContext {
  /** As the Dockerfile says it. */
  readonly name: string;
  /** The id of the cell. */
  readonly cell: string;
  /** The arch tag under which the engine has it, where cells go into the engine; undefined: it is in the store. */
  readonly tag?: Reference;
}

/** What a command says apart from what the component itself says. */
export interface CellSettings {
  readonly builder: string;
  /**
   * At least one. Where files are asked for (`local`), a cell that others are made of or that is started as a
   * service is kept as an image besides.
   */
  readonly outputs: readonly CellOutput[];
  /** `false`, `true`, `mode=max`, …: what `--provenance` is given. */
  readonly provenance: string;
  /** What `--sbom` is given. */
  readonly sbom: string;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** Whether caches are written; an engine's classic store cannot. */
  readonly exportsCache: boolean;
  /**
   * Whether this cell's caches have names of their own: several platforms of one component that write one cache
   * would each take the other's place.
   */
  readonly ownCaches: boolean;
}

/** One component for one platform. Plain data. */
export interface BuildCell {
  /** `backend@linux/arm64`; unique in its plan. */
  readonly id: string;
  /** Cells of one unit are built by one command. Every cell is one, unless all of a component are built together. */
  readonly unit: string;
  readonly target: BuildTarget;
  readonly platform: Platform;
  /** False for a cell that only other cells need: it is built, and no image of the release. */
  readonly wanted: boolean;
  /** Name of the node that buildx will choose; undefined when there is none. */
  readonly node?: string;
  readonly how: BuildHow;
  /** For people: why it is built this way, and for an impossible cell what would help. */
  readonly reason: string;
  /** Ids of cells that must be done before, each once; they stand before this one in the plan. */
  readonly needs: readonly string[];
  /** Named contexts from cells in `needs`. */
  readonly contexts: readonly LinkedContext[];
  /** Names of services (`BuildService.name`) that run while this cell is built; their cells are in `needs`. */
  readonly services: readonly string[];
  readonly settings: CellSettings;
}

/** A component that is started once its cell is done, and removed at the end of the run. */
export interface BuildService {
  /** Unique in its plan: the host name that builds know it by. */
  readonly name: string;
  /** The cell whose image is started: that of the build machine's platform. */
  readonly cell: string;
  readonly serve: BuildServe;
  /** Ids of the cells that need it, in the order of the plan. */
  readonly usedBy: readonly string[];
}

export interface BuildPlan {
  /** Name and version of the release. */
  readonly name?: string;
  readonly version?: string;
  readonly builder: string;
  readonly driver: string;
  /** A cell stands after all that it needs; otherwise components by file order, platforms as asked for. */
  readonly cells: readonly BuildCell[];
  readonly services: readonly BuildService[];
  /** What a person should know before the build: results that go into the engine, and the like. */
  readonly notes: readonly Told[];
}
