import { allInstructions, type DockerfileTree } from '../dockerfile/tree.ts';
import type { Finding } from '../finding.ts';
import type { SourceText } from '../source-text.ts';

/** `# xbundle ignore=XB006,XB011 reason`: for the line or instruction below it. */
export interface IgnoreComment {
  readonly rules: readonly string[];
  /** `''` when none is given. */
  readonly reason: string;
  readonly line: number;
  /** Lines whose findings it takes out, both counted. */
  readonly first: number;
  readonly last: number;
}

const IGNORE = /^xbundle[\s-]+ignore=((?:XB\d{3}|all)(?:\s*,\s*XB\d{3})*)\s*(.*)$/i;

/**
 * The ignore comments of a file. One above an instruction holds for all of it; one within an instruction for the
 * next line that is no comment.
 */
export function readIgnoreComments(tree: DockerfileTree, source: SourceText): readonly IgnoreComment[] {
  if (!tree.comments.some(({ text }) => IGNORE.test(text.trim()))) return [];
  const instructions = allInstructions(tree).map(({ start, end }) => ({
    first: source.positionAt(start).line,
    last: source.positionAt(end).line,
  }));
  const commentLines = new Set(tree.comments.map(({ start }) => source.positionAt(start).line));
  return tree.comments.flatMap(({ text, start }) => {
    const [matched, rules = '', reason = ''] = IGNORE.exec(text.trim()) ?? [];
    if (matched === undefined) return [];
    const { line } = source.positionAt(start);
    let next = line + 1;
    while (commentLines.has(next)) next++;
    const instruction = instructions.find(({ first }) => first === next);
    const last = instruction?.last ?? next;
    const ids = rules.split(',').map((rule) => rule.trim().toUpperCase());
    return [{ rules: ids, reason: reason.trim(), line, first: next, last }];
  });
}

/** The comment that takes a finding out. */
export function findIgnore(
  { rule, range }: Pick<Finding, 'rule' | 'range'>,
  comments: readonly IgnoreComment[],
): IgnoreComment | undefined {
  const { line } = range.start;
  return comments.find(
    ({ rules, first, last }) =>
      first <= line && line <= last && (rules.includes(rule) || rules.includes('ALL')),
  );
}
