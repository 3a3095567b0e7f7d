import { compareFindings, isAtLeast, type Finding } from './finding.ts';
import type { LintReport } from './lint-dockerfile.ts';

/**
 * The reports of one file that was linted more than once, for other arguments or platforms, as one: what several
 * found stands in it once, as grave as the gravest. Undefined for no reports.
 */
export function mergeReports(reports: readonly LintReport[]): LintReport | undefined {
  const [first] = reports;
  if (first === undefined) return undefined;
  const findings = new Map<string, Finding>();
  for (const finding of reports.flatMap((report) => report.findings)) {
    const key = JSON.stringify([finding.rule, finding.range, finding.message]);
    const known = findings.get(key);
    if (known === undefined || !isAtLeast(known.severity, finding.severity)) findings.set(key, finding);
  }
  const ignored = new Map(
    reports
      .flatMap((report) => report.ignored)
      .map((each) => [JSON.stringify([each.finding.rule, each.finding.range]), each]),
  );
  return {
    file: first.file,
    findings: [...findings.values()].toSorted(compareFindings),
    ignored: [...ignored.values()],
  };
}
