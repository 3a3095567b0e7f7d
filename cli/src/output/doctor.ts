import type { DoctorFinding, DoctorFix, FindingCode, FindingSeverity, FixOutcome } from '@xbundle/core';
import { formatCommandLine } from './command-line.ts';
import { printable } from './printable.ts';
import { hangProse, plural, wrapProse, type TextLayout } from './prose.ts';
import type { Colour, Paint } from './style.ts';

const MARKS: Readonly<Record<FindingSeverity, readonly [mark: string, colour: Colour]>> = {
  ok: ['ok     ', 'green'],
  warning: ['warning', 'yellow'],
  error: ['ERROR  ', 'red'],
};

/** Where the text of a finding begins: after its mark. */
const INDENT = ' '.repeat(9);

/** A line for each finding; under one that is not in order, what it breaks and what mends it. */
export function formatFindings(findings: readonly DoctorFinding[], layout: TextLayout): readonly string[] {
  return findings.flatMap((finding) => [
    ...formatHead(finding, layout),
    ...(finding.breaks === undefined ? [] : detail('breaks', finding.breaks, layout)),
    ...(finding.fix === undefined ? [] : formatFix(finding.fix, layout)),
  ]);
}

/** Wrapped before it is painted: colours have no columns. */
function formatHead(
  { severity, title, code }: DoctorFinding,
  { paint, width }: TextLayout,
): readonly string[] {
  const [mark, colour] = MARKS[severity];
  const [first = '', ...rest] = wrapProse(`${printable(title)} [${code}]`, width - INDENT.length);
  return [
    `${paint(colour, mark)}  ${dimCode(first, code, paint)}`,
    ...rest.map((line) => `${INDENT}${dimCode(line, code, paint)}`),
  ];
}

function dimCode(line: string, code: FindingCode, paint: Paint): string {
  const end = `[${code}]`;
  return line.endsWith(end) ? `${line.slice(0, -end.length)}${paint('dim', end)}` : line;
}

function formatFix(fix: DoctorFix, layout: TextLayout): readonly string[] {
  const { explanation, commands, safe } = fix;
  return [
    ...detail('mend', `${explanation}${safe ? ' (--fix does it)' : ''}`, layout),
    ...commands.map((command) => `${INDENT}  ${layout.paint('bold', `$ ${formatCommandLine(command)}`)}`),
  ];
}

function detail(name: string, text: string, { width }: TextLayout): readonly string[] {
  return hangProse(`${INDENT}${name}: `, printable(text), width);
}

/** What is about to be run. */
export function formatFixCommands(
  { explanation, commands }: DoctorFix,
  { width }: TextLayout,
): readonly string[] {
  return [
    ...wrapProse(printable(explanation), width),
    ...commands.map((command) => `  $ ${formatCommandLine(command)}`),
  ];
}

export function formatOutcome({ done, reason }: FixOutcome, { paint, width }: TextLayout): readonly string[] {
  if (done) return [paint('green', '  done')];
  return hangProse('  not done: ', printable(reason ?? 'failed'), width).map((line) => paint('red', line));
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
