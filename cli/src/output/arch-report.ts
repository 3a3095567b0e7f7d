import type { ArchFinding, ArchReport, ArchState, CheckedCell } from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { formatAbsent, shortName } from './matrix.ts';
import { printable } from './printable.ts';
import { wrapProse, type TextLayout } from './prose.ts';
import { paintFor, type Colour } from './style.ts';
import { elide, formatTable } from './table.ts';

export interface ArchReportFlags {
  readonly verbose?: boolean;
}

/** Findings of one cell that are shown unless all are asked for: the worst come first. */
const SHOWN = 8;

const COLOURS: Readonly<Record<ArchState, Colour>> = {
  ok: 'green',
  suspect: 'yellow',
  wrong: 'red',
  'not-applicable': 'dim',
  unread: 'dim',
};

/** A line for each cell, then what was found in those that are not in order. */
export function formatArchReport(report: ArchReport, flags: ArchReportFlags, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const width = terminalColumns(io.stdout);
  const absent = formatAbsent(report.absent);
  const details = report.cells.flatMap((cell) =>
    cellDetails(cell, flags, { paint, width: width ?? Infinity }),
  );
  return [
    ...cellTable(report.cells, width),
    ...details,
    ...(absent.length > 0 ? ['', ...absent] : []),
    '',
    formatArchState(report.state, io),
  ];
}

/** What was found in cells that are not in order, without a table of all. */
export function formatArchFindings(
  cells: readonly CheckedCell[],
  flags: ArchReportFlags,
  io: Io,
): readonly string[] {
  const layout = { paint: paintFor(io.stdout, io.env), width: terminalColumns(io.stdout) ?? Infinity };
  return cells.flatMap((cell) => cellDetails(cell, flags, layout));
}

/** The line that a report ends with. */
export function formatArchState(state: ArchState, io: Io): string {
  return paintFor(io.stdout, io.env)(COLOURS[state], VERDICTS[state]);
}

const VERDICTS: Readonly<Record<ArchState, string>> = {
  ok: 'ARCHITECTURE OK',
  suspect: 'ARCHITECTURE SUSPECT: there are warnings',
  wrong: 'ARCHITECTURE WRONG: there are programs for another machine',
  'not-applicable': 'NOT APPLICABLE: there are no programs',
  unread: 'NOT LOOKED INTO: the documents agree; run without --quick to read the layers',
};

function cellTable(cells: readonly CheckedCell[], width: number | undefined): readonly string[] {
  const count = (cell: CheckedCell, wanted: string): string =>
    String(cell.findings.filter(({ severity }) => severity === wanted).length);
  return formatTable({
    columns: [
      { title: 'IMAGE', shrinks: true },
      { title: 'PLATFORM' },
      { title: 'STATE' },
      { title: 'FILES', align: 'right' },
      { title: 'ERRORS', align: 'right' },
      { title: 'WARNINGS', align: 'right' },
    ],
    rows: cells.map((cell) => [
      shortName(cell.image),
      cell.platform,
      cell.state,
      String(cell.judged),
      count(cell, 'error'),
      count(cell, 'warning'),
    ]),
    width,
  });
}

function cellDetails(cell: CheckedCell, { verbose }: ArchReportFlags, layout: TextLayout): readonly string[] {
  const worth = cell.findings.filter(({ severity }) => verbose === true || severity !== 'info');
  if (worth.length === 0) return [];
  const shown = verbose === true ? worth : worth.slice(0, SHOWN);
  const hidden = worth.length - shown.length + cell.unlisted;
  return [
    '',
    printable(`${shortName(cell.image)} for ${cell.platform}`),
    ...shown.flatMap((finding) => findingLines(finding, layout)),
    ...(hidden > 0 ? [`  … and ${hidden} more${verbose === true ? '' : ': --verbose, or --json'}`] : []),
  ];
}

const SEVERITY_COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const;

function findingLines(finding: ArchFinding, { paint, width }: TextLayout): readonly string[] {
  const { severity, tier, path, message, layer, createdBy, rules = [] } = finding;
  const room = width - INDENT;
  const step = createdBy === undefined ? '' : ` by ${oneLine(createdBy)}`;
  const [first = '', ...rest] = [
    ...(path === undefined ? [] : [elide(printable(path), room)]),
    ...wrapProse(printable(message), room),
    ...(layer === undefined ? [] : [elide(printable(`layer ${layer.slice(0, 19)}${step}`), room)]),
    ...(rules.length === 0 ? [] : wrapProse(`usual cause: ${rules.join(', ')} of xbundle lint`, room)),
  ];
  const label = `${severity} T${tier}`.padEnd(INDENT - 3);
  return [
    `  ${paint(SEVERITY_COLOURS[severity], label)} ${first}`,
    ...rest.map((line) => `${' '.repeat(INDENT)}${line}`),
  ];
}

const INDENT = 14;

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
