/**
 * Lints the public Dockerfiles of tools/lint-eval/corpus.json and prints how many findings of each rule are right,
 * by the labels given there: `npm run lint:eval -- [--from FOLDER] [--unlabelled]`.
 *
 * Files are fetched from GitHub, or read from `FOLDER/OWNER/REPOSITORY/PATH`; those that cannot be had are skipped
 * and named. Ends with exit code 1 when errors are right in less than 95 of 100, or warnings in less than 85, or a
 * finding has no label.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { lintDockerfile, parsePlatforms, type Finding, type Severity } from '@xbundle/core';
import { readCorpus, type CorpusEntry } from './lint-eval/corpus.ts';
import { fetchEntry, readEntry } from './lint-eval/fetch-entry.ts';

const { values } = parseArgs({
  options: { from: { type: 'string' }, unlabelled: { type: 'boolean' } },
});

interface Judged {
  readonly entry: CorpusEntry;
  readonly finding: Finding;
  /** Undefined without a label. */
  readonly right: boolean | undefined;
}

function judge(entry: CorpusEntry, text: string): readonly Judged[] {
  const { findings } = lintDockerfile(text, {
    file: `${entry.repo}/${entry.path}`,
    platforms: parsePlatforms(['linux/amd64,linux/arm64']),
  });
  return findings.map((finding) => {
    const label = entry.labels.find(
      ({ rule, line }) => rule === finding.rule && line === finding.range.start.line,
    );
    return { entry, finding, right: label?.right };
  });
}

interface Count {
  readonly right: number;
  readonly all: number;
}

function count(judged: readonly Judged[]): Count {
  return { right: judged.filter(({ right }) => right === true).length, all: judged.length };
}

function precision({ right, all }: Count): string {
  return all === 0 ? '-' : (right / all).toFixed(2);
}

const corpus = await readCorpus();
const judged: Judged[] = [];
const skipped: string[] = [];
for (const entry of corpus) {
  const { text, reason } =
    values.from === undefined ? await fetchEntry(entry) : await readEntry(entry, values.from);
  if (text === undefined) skipped.push(`skipped ${entry.repo}/${entry.path}: ${reason}`);
  else judged.push(...judge(entry, text));
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
for (const line of skipped) write(line);
write(`${corpus.length - skipped.length} of ${corpus.length} files, ${judged.length} findings`);
write('\nrule   severity  right  all  precision');
const groups = new Map<string, Judged[]>();
for (const each of judged) {
  const key = `${each.finding.rule}  ${each.finding.severity.padEnd(8)}`;
  groups.set(key, [...(groups.get(key) ?? []), each]);
}
for (const [key, group] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const { right, all } = count(group);
  write(
    `${key}  ${String(right).padStart(5)}  ${String(all).padStart(3)}  ${precision({ right, all }).padStart(9)}`,
  );
}

const FLOORS: Readonly<Partial<Record<Severity, number>>> = { error: 0.95, warning: 0.85 };
write('');
for (const severity of ['error', 'warning', 'info'] as const) {
  const total = count(judged.filter(({ finding }) => finding.severity === severity));
  const floor = FLOORS[severity];
  const isLow = floor !== undefined && total.all > 0 && total.right / total.all < floor;
  if (isLow) process.exitCode = 1;
  const wanted = floor === undefined ? '' : `, wanted ${floor}${isLow ? ': TOO LOW' : ''}`;
  write(`${severity}: ${precision(total)} (${total.right} of ${total.all}${wanted})`);
}
const unlabelled = judged.filter(({ right }) => right === undefined);
if (unlabelled.length > 0) process.exitCode = 1;
if (values.unlabelled === true || unlabelled.length > 0) {
  for (const { finding } of unlabelled)
    write(
      `no label: ${finding.file}:${finding.range.start.line} ${finding.rule} ${finding.severity} ${finding.message}`,
    );
}
