import type { Digest } from '../../model/index.ts';

/** What can be wrong with a bundle; the closed list of codes is part of `verify --json`. */
export type ProblemCode =
  /** The file is no bundle, or its index cannot be read. */
  | 'NO_BUNDLE'
  /** Shorter or longer than its index says. */
  | 'SIZE'
  /** A header, padding or the end is not what the index gives. */
  | 'STRUCTURE'
  /** Content is not what its digest says. */
  | 'DIGEST'
  /** A document cannot be parsed or contradicts another. */
  | 'DOCUMENT'
  /** The index lists something in another order or form than the format has it. */
  | 'ORDER'
  /** An image refers to a blob that the bundle does not have. */
  | 'BLOB_MISSING'
  /** A blob that no image refers to. */
  | 'BLOB_UNLISTED'
  /** A cell of the contract is not there. */
  | 'CELL_MISSING'
  /** A cell is there but holds another platform. */
  | 'CELL_WRONG';

export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly image?: string;
  readonly platform?: string;
  readonly digest?: Digest;
  /** Bytes from the start of the file. */
  readonly offset?: number;
}

const COMPLETENESS: ReadonlySet<ProblemCode> = new Set(['CELL_MISSING', 'CELL_WRONG']);

/** Whether the problem says that bytes are damaged, rather than that a cell is not there. */
export function isIntegrityProblem(problem: Problem): boolean {
  return !COMPLETENESS.has(problem.code);
}
