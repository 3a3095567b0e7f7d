import type { Finding } from '../finding.ts';
import { createSourceText, type Span } from '../source-text.ts';

export interface FixResult {
  readonly text: string;
  /** Findings whose fixes are in the text. */
  readonly applied: readonly Finding[];
}

interface Change extends Span {
  readonly text: string;
}

/**
 * Applies the automatic fixes of findings to the text they were found in. A fix that touches what another one
 * changes is left out, to be found again in the new text; two that insert the same at one place insert it once.
 */
export function applyFixes(text: string, findings: readonly Finding[]): FixResult {
  const source = createSourceText(text);
  const taken: Change[] = [];
  const applied = findings.filter(({ fix }) => {
    if (fix?.kind !== 'automatic' || fix.edits.length === 0) return false;
    const changes = fix.edits.map(({ range, text: replacement }) => ({
      start: source.offsetAt(range.start),
      end: source.offsetAt(range.end),
      text: replacement,
    }));
    const fresh = changes.filter((change) => !taken.some((other) => isSame(change, other)));
    if (fresh.some((change) => taken.some((other) => collides(change, other)))) return false;
    taken.push(...fresh);
    return true;
  });
  return { text: rewrite(text, taken), applied };
}

function isSame(a: Change, b: Change): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

/** Insertions at one place stand side by side; anything else that overlaps does not. */
function collides(a: Change, b: Change): boolean {
  if (a.start === a.end && b.start === b.end) return false;
  return a.start < b.end && b.start < a.end;
}

function rewrite(text: string, changes: readonly Change[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const change of changes.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, change.start), change.text);
    at = change.end;
  }
  return parts.join('') + text.slice(at);
}
