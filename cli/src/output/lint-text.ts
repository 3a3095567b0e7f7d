import { createSourceText, type Finding, type Severity } from '@xbundle/core';
import { printable } from './printable.ts';
import { hangProse, plural, type TextLayout } from './prose.ts';
import type { Colour, Paint } from './style.ts';

/** One file with what was found in it. */
export interface LintedFile {
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

const COLOURS: Readonly<Record<Severity, Colour>> = { error: 'red', warning: 'yellow', info: 'dim' };

/** Each finding with its source line, the range underlined, and the fix. */
export function formatLintText(files: readonly LintedFile[], layout: TextLayout): readonly string[] {
  return files.flatMap((file) => file.findings.flatMap((finding) => formatFinding(finding, file, layout)));
}

function formatFinding(finding: Finding, { text }: LintedFile, layout: TextLayout): readonly string[] {
  const { rule, severity, message, file, range, fix } = finding;
  const { paint, width } = layout;
  const place = `${file}:${range.start.line}:${range.start.column}`;
  const gutter = String(range.start.line).length + 1;
  const excerpt = excerptOf(finding, text, width - gutter - 3);
  const note = fix && `${fix.kind === 'automatic' ? 'fix' : 'help'}: ${fix.title}`;
  return [
    `${paint('bold', printable(place))} ${paint(COLOURS[severity], `${severity} ${rule}`)}`,
    ...hangProse('  ', printable(message), width),
    `${String(range.start.line).padStart(gutter)} | ${excerpt.line}`,
    `${' '.repeat(gutter)} | ${paint(COLOURS[severity], excerpt.underline)}`,
    ...(note === undefined ? [] : hangProse(`${' '.repeat(gutter)} = `, printable(note), width)),
    '',
  ];
}

/** Each is one column wide here, so that what is underlined stays under it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/gu;

/** The first line of the range, cut to `width` around it, with what lies under it. */
function excerptOf(
  { range }: Finding,
  text: string,
  width: number,
): { readonly line: string; readonly underline: string } {
  const source = createSourceText(text);
  const start = source.offsetAt({ line: range.start.line, column: 1 });
  const line = (text.slice(start).split('\n', 1)[0] ?? '').replace(/\r$/, '').replace(/\t/g, ' ');
  const from = range.start.column - 1;
  const to = Math.max(range.end.line > range.start.line ? line.length : range.end.column - 1, from + 1);
  const shift = line.length <= width ? 0 : Math.max(0, Math.min(from - 8, line.length - width));
  const shown = cut(line, shift, width).replace(UNPRINTABLE, '?');
  const length = Math.max(1, Math.min(to, shift + width) - from);
  return { line: shown.trimEnd(), underline: ' '.repeat(from - shift) + '^'.repeat(length) };
}

/** A part of a line, with an ellipsis where something was cut off. */
function cut(line: string, start: number, width: number): string {
  const part = line.slice(start, start + width);
  const head = start > 0 ? `…${part.slice(1)}` : part;
  return start + width < line.length ? `${head.slice(0, -1)}…` : head;
}

/** The line that ends a run. */
export function formatLintSummary(files: readonly LintedFile[], paint: Paint): string {
  const findings = files.flatMap((file) => file.findings);
  const count = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  const [errors, warnings, infos] = [count('error'), count('warning'), count('info')];
  const fixable = findings.filter(({ fix }) => fix?.kind === 'automatic').length;
  const scope = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  if (findings.length === 0) return paint('green', `No findings in ${scope}`);
  const counts = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}, ${infos} info in ${scope}`;
  const end = fixable > 0 ? `; --fix puts ${fixable} right` : '';
  return paint(errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'dim', counts + end);
}
