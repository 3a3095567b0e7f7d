import type { DoctorFinding, DoctorFix, FindingSeverity, FixOutcome } from '@xbundle/core';
import { formatCommandLine } from './command-line.ts';
import { printable } from './printable.ts';
import type { Colour, Paint } from './style.ts';

const MARKS: Readonly<Record<FindingSeverity, readonly [mark: string, colour: Colour]>> = {
  ok: ['ok     ', 'green'],
  warning: ['warning', 'yellow'],
  error: ['ERROR  ', 'red'],
};

/** A line for each finding; under one that is not in order, what it breaks and what mends it. */
export function formatFindings(findings: readonly DoctorFinding[], paint: Paint): readonly string[] {
  return findings.flatMap((finding) => {
    const [mark, colour] = MARKS[finding.severity];
    const head = `${paint(colour, mark)}  ${printable(finding.title)} ${paint('dim', `[${finding.code}]`)}`;
    const breaks = finding.breaks === undefined ? [] : [detail('breaks', finding.breaks)];
    return [head, ...breaks, ...(finding.fix === undefined ? [] : formatFix(finding.fix, paint))];
  });
}

function formatFix(fix: DoctorFix, paint: Paint): readonly string[] {
  const { explanation, commands, safe } = fix;
  return [
    detail('mend', `${explanation}${safe ? ' (--fix does it)' : ''}`),
    ...commands.map((command) => `${INDENT}  ${paint('bold', `$ ${formatCommandLine(command)}`)}`),
  ];
}

const INDENT = ' '.repeat(9);

function detail(name: string, text: string): string {
  return `${INDENT}${name}: ${printable(text)}`;
}

/** What is about to be run. */
export function formatFixCommands({ explanation, commands }: DoctorFix): readonly string[] {
  return [printable(explanation), ...commands.map((command) => `  $ ${formatCommandLine(command)}`)];
}

export function formatOutcome({ done, reason }: FixOutcome, paint: Paint): string {
  return done ? paint('green', '  done') : paint('red', `  not done: ${printable(reason ?? 'failed')}`);
}

/** The last line: how many things are to be mended. */
export function formatVerdict(findings: readonly DoctorFinding[], paint: Paint): string {
  const count = (severity: FindingSeverity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors > 0) return paint('red', `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`);
  return warnings > 0
    ? paint('yellow', `no error, ${plural(warnings, 'warning')}`)
    : paint('green', 'all in order');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
