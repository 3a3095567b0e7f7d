import { writeFile } from 'node:fs/promises';
import {
  XbundleError,
  applyFixes,
  fileError,
  isAtLeast,
  mergeReports,
  SEVERITIES,
  type Severity,
} from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { linesAround } from '../lint/lines-around.ts';
import { findJobs, lintJob, type JobFlags, type Linted, type LintJob } from '../lint/lint-jobs.ts';
import { readLintConfig } from '../lint/read-lint-config.ts';
import type { ClientFlags } from '../options.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { formatLintGithub } from '../output/lint-github.ts';
import { lintSarif } from '../output/lint-sarif.ts';
import { formatLintSummary, formatLintText } from '../output/lint-text.ts';
import { printable } from '../output/printable.ts';
import { layoutFor, wrapProse } from '../output/prose.ts';
import { unifiedDiff } from '../output/unified-diff.ts';
import type { CommandContext } from './with-clients.ts';

export interface LintFlags extends JobFlags, ClientFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly failOn: Severity;
  readonly buildkit: boolean;
  readonly online?: boolean;
  readonly config?: string;
}

/** Lints Dockerfiles. Exit code 3 when a finding is at least as grave as `--fail-on` says. */
export async function runLint(
  paths: readonly string[],
  flags: LintFlags,
  context: CommandContext,
): Promise<number> {
  checkFlags(paths, flags);
  const { io } = context;
  const config = await readLintConfig(flags.config);
  const jobs = await findJobs(paths.length > 0 ? paths : ['.'], { flags, config, io });
  const ready = flags.fix === true && flags.dryRun !== true ? await fixAll(jobs) : jobs;
  if (flags.dryRun === true) return showDiff(jobs, io);
  const linted = await lintAll(ready, flags, context);
  const buildkit = flags.buildkit ? await withBuildkit(linted, io) : { linted, reason: 'left out' };
  await show(buildkit.linted, { flags, reason: buildkit.reason, context });
  const worst = buildkit.linted.flatMap(({ report }) => report.findings);
  return worst.some(({ severity }) => isAtLeast(severity, flags.failOn)) ? 3 : 0;
}

function checkFlags(paths: readonly string[], { file, dryRun, fix, failOn }: LintFlags): void {
  if (file !== undefined && paths.length > 0)
    throw new XbundleError(
      'USAGE',
      'a definition (-f) says itself which Dockerfiles it has: leave the paths out',
    );
  if (dryRun === true && fix !== true) throw new XbundleError('USAGE', '--dry-run shows what --fix would do');
  if (!SEVERITIES.includes(failOn))
    throw new XbundleError('USAGE', `--fail-on takes ${SEVERITIES.join(', ')}, not "${failOn as string}"`);
}

/** Applies automatic fixes until nothing changes: one may wait for another that it touches. */
function fixed(job: LintJob): LintJob {
  let current = job;
  for (let round = 0; round < 5; round++) {
    const { text } = applyFixes(current.text, lintJob(current).findings);
    if (text === current.text) break;
    current = { ...current, text };
  }
  return current;
}

async function fixAll(jobs: readonly LintJob[]): Promise<readonly LintJob[]> {
  const done: LintJob[] = [];
  for (const job of jobs) {
    const after = job.path === undefined ? job : fixed(job);
    done.push(after);
    if (job.path !== undefined && after.text !== job.text) await writeDockerfile(job.path, after.text);
  }
  return done;
}

async function writeDockerfile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw fileError('writing', path, error);
  }
}

/** What `--fix` would write; the exit code is 0, for nothing is judged. */
async function showDiff(jobs: readonly LintJob[], io: Io): Promise<number> {
  const lines = jobs.flatMap((job) =>
    job.path === undefined ? [] : unifiedDiff(job.file, job.text, fixed(job).text),
  );
  // For a program such as patch every byte counts; a terminal gets no control characters.
  const isTerminal = terminalColumns(io.stdout) !== undefined;
  await writeLines(io, isTerminal ? lines.map((line) => line.split('\t').map(printable).join('\t')) : lines);
  return 0;
}

async function lintAll(
  jobs: readonly LintJob[],
  flags: LintFlags,
  context: CommandContext,
): Promise<readonly Linted[]> {
  if (flags.online !== true) return jobs.map((job) => ({ job, report: lintJob(job) }));
  const { lintOnline } = await import('../lint/lint-online.ts');
  return lintOnline(jobs, flags, context);
}

interface WithBuildkit {
  readonly linted: readonly Linted[];
  /** Why BuildKit was not asked. */
  readonly reason: string | undefined;
}

/** Adds BuildKit's own checks; when the first question gets no answer no other is asked. */
async function withBuildkit(linted: readonly Linted[], io: Io): Promise<WithBuildkit> {
  const { askBuildkit } = await import('../lint/buildkit-checks.ts');
  const all: Linted[] = [];
  let reason: string | undefined;
  for (const { job, report } of linted) {
    const answer = reason === undefined ? await askBuildkit(job, io) : { reason };
    if ('report' in answer) all.push({ job, report: mergeReports([report, answer.report]) ?? report });
    else {
      all.push({ job, report });
      reason = answer.reason;
    }
  }
  return { linted: all, reason };
}

interface Showing {
  readonly flags: LintFlags;
  readonly reason: string | undefined;
  readonly context: CommandContext;
}

async function show(linted: readonly Linted[], { flags, reason, context }: Showing): Promise<void> {
  const { io, version } = context;
  const findings = linted.flatMap(({ report }) => report.findings);
  const format = flags.json === true ? 'json' : flags.format;
  if (format === 'json') await writeJson(io, toDocument(linted, reason));
  else if (format === 'sarif') await writeJson(io, lintSarif(findings, version));
  else if (format === 'github') await writeLines(io, formatLintGithub(findings));
  else if (flags.quiet !== true) await showText(linted, { flags, reason, context });
}

function toDocument(linted: readonly Linted[], reason: string | undefined): unknown {
  const findings = linted.flatMap(({ report }) => report.findings);
  const counts = Object.fromEntries(
    SEVERITIES.map((severity) => [severity, findings.filter((each) => each.severity === severity).length]),
  );
  return {
    files: linted.map(({ job, report }) => ({
      file: job.file,
      findings: report.findings.map((finding) => ({ ...finding, lines: linesAround(finding, job.text) })),
      ignored: report.ignored,
    })),
    counts,
    buildkit: reason === undefined ? { asked: true } : { asked: false, reason },
  };
}

async function showText(linted: readonly Linted[], { flags, reason, context }: Showing): Promise<void> {
  const { io } = context;
  const layout = layoutFor(io.stdout, io.env);
  const files = linted.map(({ job, report }) => ({
    file: job.file,
    text: job.text,
    findings: report.findings,
  }));
  const asked =
    flags.buildkit && reason !== undefined ? [`BuildKit's own checks were not asked: ${reason}`] : [];
  await writeLines(io, [
    ...formatLintText(files, layout),
    ...asked
      .flatMap((line) => wrapProse(printable(line), layout.width))
      .map((line) => layout.paint('dim', line)),
    formatLintSummary(files, layout.paint),
  ]);
}
