const CONTEXT = 3;

interface Line {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

/** What changed between two texts, as `diff -u` and `patch` have it; no lines where they are equal. */
export function unifiedDiff(file: string, before: string, after: string): readonly string[] {
  if (before === after) return [];
  const lines = align(linesOf(before), linesOf(after));
  return [`--- a/${file}`, `+++ b/${file}`, ...hunks(lines)];
}

/** As `diff` has it, a last line without its end says so. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop();
  return last === undefined || last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

/** Walks both texts; where they part, the nearest pair of equal lines brings them together again. */
function align(before: readonly string[], after: readonly string[]): readonly Line[] {
  const lines: Line[] = [];
  let [at, to] = [0, 0];
  while (at < before.length || to < after.length) {
    const [gone, come] = before[at] === after[to] ? [0, 0] : nextMatch(before.slice(at), after.slice(to));
    lines.push(...before.slice(at, at + gone).map((text): Line => ({ kind: '-', text })));
    lines.push(...after.slice(to, to + come).map((text): Line => ({ kind: '+', text })));
    at += gone;
    to += come;
    const same = before[at];
    if (same === undefined) continue;
    lines.push({ kind: ' ', text: same });
    at++;
    to++;
  }
  return lines;
}

/** How many lines of each to pass over, as few as possible. */
function nextMatch(before: readonly string[], after: readonly string[]): readonly [number, number] {
  for (let sum = 1; sum < before.length + after.length; sum++) {
    for (let gone = Math.max(0, sum - after.length + 1); gone <= Math.min(sum, before.length - 1); gone++) {
      if (before[gone] === after[sum - gone]) return [gone, sum - gone];
    }
  }
  return [before.length, after.length];
}

function hunks(lines: readonly Line[]): readonly string[] {
  const changed = lines.flatMap(({ kind }, at) => (kind === ' ' ? [] : [at]));
  const out: string[] = [];
  for (let at = 0; at < changed.length;) {
    let last = at;
    while ((changed[last + 1] ?? Infinity) - (changed[last] ?? 0) <= 2 * CONTEXT) last++;
    const from = Math.max(0, (changed[at] ?? 0) - CONTEXT);
    const to = Math.min(lines.length, (changed[last] ?? 0) + CONTEXT + 1);
    out.push(header(lines, from, to), ...lines.slice(from, to).map(({ kind, text }) => kind + text));
    at = last + 1;
  }
  return out;
}

function header(lines: readonly Line[], from: number, to: number): string {
  const count = (part: readonly Line[], without: Line['kind']): number =>
    part.filter(({ kind }) => kind !== without).length;
  const [ahead, part] = [lines.slice(0, from), lines.slice(from, to)];
  const old = `-${count(ahead, '+') + 1},${count(part, '+')}`;
  return `@@ ${old} +${count(ahead, '-') + 1},${count(part, '-')} @@`;
}
