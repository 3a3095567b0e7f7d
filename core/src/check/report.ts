import type { ArchFinding, ArchState, ArchVerdict } from '../arch/index.ts';
import type { Cell, Digest } from '../model/index.ts';

/** What was found in one cell. */
export interface CheckedCell extends ArchVerdict {
  readonly image: string;
  /** As `formatPlatform` writes it. */
  readonly platform: string;
  readonly manifest: Digest;
}

/** What the architecture check found; the shape of `check --json`. */
export interface ArchReport {
  /** The worst of its cells; `not-applicable` when none of them has a program. */
  readonly state: ArchState;
  readonly cells: readonly CheckedCell[];
  /** Cells that are not there, and so were not checked. */
  readonly absent: readonly Cell[];
}

const WORST_FIRST: readonly ArchState[] = ['wrong', 'suspect', 'unread', 'ok', 'not-applicable'];

export function toReport(cells: readonly CheckedCell[], absent: readonly Cell[]): ArchReport {
  const state = WORST_FIRST.find((each) => cells.some((cell) => cell.state === each));
  return { state: state ?? 'not-applicable', cells, absent };
}

/** Whether a finding makes its cell wrong for an export or a bundle: an error of the start path, the base or PATH. */
export function isDecisive({ severity, tier }: ArchFinding): boolean {
  return severity === 'error' && tier <= 2;
}

/** One line for why a cell is wrong; undefined when nothing decisive was found. */
export function wrongReason({ findings }: ArchVerdict): string | undefined {
  const [first, ...rest] = findings.filter(isDecisive);
  if (first === undefined) return undefined;
  const place = first.path === undefined ? '' : `${first.path}: `;
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return `its content is for another machine: ${place}${first.message}${more}`;
}
