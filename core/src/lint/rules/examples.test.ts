import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../../model/index.ts';
import { applyFixes, lintDockerfile, RULES, type LintReport } from '../index.ts';
import type { Rule } from '../rule.ts';

/** What only `lintBases` finds; its own test holds the examples. */
const rules = RULES.filter(({ id }) => id !== 'XB010');

function lint(text: string, { example }: Rule): LintReport {
  return lintDockerfile(text, { platforms: example && parsePlatforms(example.platforms) });
}

function found(text: string, rule: Rule): readonly string[] {
  return lint(text, rule)
    .findings.filter((finding) => finding.rule === rule.id)
    .map(({ severity }) => severity);
}

describe.each(rules.map((rule) => ({ id: rule.id, rule })))('the examples of $id', ({ rule }) => {
  it('the bad one is found, with the gravity of the rule', () => {
    expect(found(rule.bad, rule)).toEqual([rule.severity]);
  });

  it('the good one is not', () => {
    expect(found(rule.good, rule)).toEqual([]);
  });

  it('the good one has no errors or warnings of other rules', () => {
    const grave = lint(rule.good, rule).findings.filter(({ severity }) => severity !== 'info');
    expect(grave).toEqual([]);
  });

  it('fixing the bad one automatically leaves nothing to be found that was fixed', () => {
    const before = lint(rule.bad, rule);
    const { text, applied } = applyFixes(rule.bad, before.findings);
    const after = lint(text, rule).findings.map((finding) => finding.rule);
    for (const finding of applied) expect(after).not.toContain(finding.rule);
  });
});

describe('the rules', () => {
  it('are XB001 to XB030, in order', () => {
    expect(RULES.map(({ id }) => id)).toEqual(
      Array.from({ length: 30 }, (_, at) => `XB${String(at + 1).padStart(3, '0')}`),
    );
  });
});
