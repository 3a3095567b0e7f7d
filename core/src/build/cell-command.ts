import type { BuildCell } from './build-plan.ts';

/** Where one build of a run writes; absolute. */
export interface CellPaths {
  /**
   * The shared OCI layout directory; it must exist. Its path has no colon, comma or `@`: buildx splits
   * `oci-layout://PATH:TAG@DIGEST` there.
   */
  readonly store: string;
  /** For `--metadata-file`; its directory must exist. */
  readonly metadata: string;
}

/** What a run knows once the cells that a cell needs are done. */
export interface CellInputs {
  /** Root digests of done cells, by cell id: every `cell` of `BuildCell.contexts`. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Addresses of running services by their names: every one of `BuildCell.services`. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Instead of the component's own, to reach services. */
  readonly network?: string;
}

/**
 * The arguments of `docker` that build a cell, `buildx` being the first. Without `paths` and `inputs` it is what
 * `--dry-run` shows: what is not known yet stands as `{store}`, `{metadata}`, `{digest of ID}`, `{address of
 * NAME}`. Throws INTERNAL when `inputs` is given and lacks something that the cell needs.
 *
 * The Dockerfile of a component with `dockerfileInline` is given on standard input: see `cellInput`.
 */
export type CellCommand = (cell: BuildCell, paths?: CellPaths, inputs?: CellInputs) => readonly string[];

/** What the command of a cell reads on standard input; undefined: nothing. */
export function cellInput({ target }: BuildCell): string | undefined {
  return target.dockerfileInline;
}
