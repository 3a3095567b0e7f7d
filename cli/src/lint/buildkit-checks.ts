import {
  complaintOf,
  formatPlatform,
  isXbundleError,
  runDocker,
  type Finding,
  type LintOptions,
  type LintReport,
} from '@xbundle/core';
import type { Io } from '../io.ts';
import type { LintJob } from './lint-jobs.ts';

/** What BuildKit's own checks found, or why nobody asked it. */
export type BuildkitAnswer =
  { readonly report: LintReport; readonly reason?: undefined } | { readonly reason: string };

/**
 * Asks BuildKit for its own checks of a Dockerfile, which it reads on standard input: no context is sent and nothing
 * is built. Its findings keep their names and are warnings.
 */
export async function askBuildkit(job: LintJob, io: Io): Promise<BuildkitAnswer> {
  const [variant = {}] = job.variants;
  const args = ['buildx', 'build', '--call=check,format=json', ...buildArguments(variant), '-'];
  try {
    const { stdout, stderr } = await runDocker(args, { env: io.env, signal: io.signal, input: job.text });
    const answer = parseAnswer(stdout);
    if (answer === undefined) return { reason: complaintOf(stderr) || 'no answer' };
    const lines = job.text.split('\n');
    const findings = answer.warnings.flatMap((warning) => toFinding(warning, job.file, lines));
    return { report: { file: job.file, findings, ignored: [] } };
  } catch (error) {
    if (isXbundleError(error, 'UNSUPPORTED', 'TIMEOUT')) return { reason: error.message };
    throw error;
  }
}

function buildArguments({ platforms = [], buildArgs = {}, target }: LintOptions): readonly string[] {
  return [
    ...(platforms.length > 0 ? [`--platform=${platforms.map(formatPlatform).join(',')}`] : []),
    ...Object.entries(buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
  ];
}

interface Warning {
  readonly ruleName: string;
  readonly detail?: string;
  readonly description?: string;
  readonly location?: { readonly ranges?: readonly WarningRange[] };
}

interface WarningRange {
  readonly start: { readonly line: number };
}

/** A document of BuildKit's linter; undefined for anything else, such as the error of an engine that is not there. */
function parseAnswer(text: string): { readonly warnings: readonly Warning[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('sources' in value)) return undefined;
    const warnings = 'warnings' in value && Array.isArray(value.warnings) ? value.warnings : [];
    return { warnings: warnings.filter(isWarning) };
  } catch {
    return undefined;
  }
}

function isWarning(value: unknown): value is Warning {
  return (
    typeof value === 'object' && value !== null && 'ruleName' in value && typeof value.ruleName === 'string'
  );
}

/** BuildKit gives lines only: the finding is the whole line. */
function toFinding(warning: Warning, file: string, lines: readonly string[]): readonly Finding[] {
  const { ruleName, detail, description, location } = warning;
  const line = location?.ranges?.[0]?.start.line ?? 1;
  const text = lines[line - 1]?.replace(/\r$/, '') ?? '';
  const start = { line, column: text.length - text.trimStart().length + 1 };
  return [
    {
      rule: ruleName,
      severity: 'warning',
      message: detail ?? description ?? ruleName,
      file,
      range: { start, end: { line, column: Math.max(text.length + 1, start.column) } },
    },
  ];
}
