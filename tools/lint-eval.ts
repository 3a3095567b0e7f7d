/**
 * Lints the public Dockerfiles of tools/lint-eval/corpus.json and prints how many findings of each rule are right,
 * by the labels given there, apart for the files that rules were tuned with and those held out:
 * `npm run lint:eval -- [--from FOLDER]`.
 *
 * Files are fetched from GitHub, or read from `FOLDER/OWNER/REPOSITORY/PATH`, where FOLDER may also be given as
 * XBUNDLE_LINT_CORPUS; those that cannot be had are skipped and named. Ends with exit code 1 when errors are right in
 * less than 95 of 100, or warnings in less than 85, or a finding has no label.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { SEVERITIES } from '@xbundle/core';
import { readCorpus, SETS } from './lint-eval/corpus.ts';
import { fetchEntry } from './lint-eval/fetch-entry.ts';
import { count, FLOORS, isLow, judge, precision, type Judged } from './lint-eval/judged.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
const write = (line: string): void => void process.stdout.write(`${line}\n`);

async function judgeCorpus(folder: string | undefined): Promise<readonly Judged[]> {
  const corpus = await readCorpus();
  const judged: Judged[] = [];
  const had = new Map(SETS.map((set) => [set, 0]));
  for (const entry of corpus) {
    const { text, reason } = await fetchEntry(entry, folder);
    if (text === undefined) {
      write(`skipped ${entry.repo}/${entry.path}: ${reason}`);
      continue;
    }
    had.set(entry.set, (had.get(entry.set) ?? 0) + 1);
    judged.push(...judge(entry, text));
  }
  for (const set of SETS) {
    const of = corpus.filter((entry) => entry.set === set).length;
    write(`${set}: ${had.get(set) ?? 0} of ${of} files`);
  }
  return judged;
}

/** One row for each rule and severity, one column for each set. */
function printRules(judged: readonly Judged[]): void {
  const keys = new Set(judged.map(({ finding: { rule, severity } }) => `${rule}  ${severity.padEnd(8)}`));
  write(`\nrule   severity${SETS.map((set) => set.padStart(16)).join('')}`);
  for (const key of [...keys].toSorted()) {
    const cells = SETS.map((set) => {
      const { right, all } = count(
        judged.filter(
          (each) => each.set === set && key === `${each.finding.rule}  ${each.finding.severity.padEnd(8)}`,
        ),
      );
      return (all === 0 ? '-' : `${right}/${all}  ${precision({ right, all })}`).padStart(16);
    });
    write(`${key}${cells.join('')}`);
  }
}

function printTotals(judged: readonly Judged[]): void {
  write('');
  for (const set of SETS)
    for (const severity of SEVERITIES) {
      const total = count(judged.filter((each) => each.set === set && each.finding.severity === severity));
      const low = isLow(total, severity);
      if (low) process.exitCode = 1;
      const floor = FLOORS[severity];
      const wanted = floor === undefined ? '' : `, wanted ${floor}${low ? ': TOO LOW' : ''}`;
      write(`${set} ${severity}: ${precision(total)} (${total.right} of ${total.all}${wanted})`);
    }
}

const judged = await judgeCorpus(values.from ?? process.env['XBUNDLE_LINT_CORPUS']);
printRules(judged);
printTotals(judged);
for (const { right, finding } of judged) {
  if (right !== undefined) continue;
  process.exitCode = 1;
  const { file, range, rule, severity, message } = finding;
  write(`no label: ${file}:${range.start.line} ${rule} ${severity} ${message}`);
}
