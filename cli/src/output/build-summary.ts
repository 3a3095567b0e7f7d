import { isAbsolute, join, relative } from 'node:path';
import {
  formatBytes,
  type BuildFailure,
  type BuildReport,
  type CellReport,
  type OutputReport,
} from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { endedText, formatTime } from './build-cell-text.ts';
import { formatGrid } from './build-grid.ts';
import { formatAbsent } from './matrix.ts';
import { printable } from './printable.ts';
import { paintFor, type Paint } from './style.ts';

/** The end of a build: the matrix, why cells are not there, and where the results are. */
export function formatBuild(report: BuildReport, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const failures = report.cells.flatMap((cell) => formatFailure(cell, report, paint));
  return [
    ...formatMatrix(report, io, paint),
    ...failures,
    '',
    formatVerdict(report, paint),
    ...formatDirectories(report),
    ...report.outputs.flatMap((output) => formatOutput(output, paint)),
    ...formatRest(report),
  ];
}

function formatMatrix({ cells }: BuildReport, io: Io, paint: Paint): readonly string[] {
  const byId = new Map(cells.map((cell) => [`${cell.component} ${cell.platform}`, cell]));
  const grid = {
    title: 'COMPONENT',
    rows: [...new Set(cells.map(({ component }) => component))],
    columns: [...new Set(cells.map(({ platform }) => platform))],
    at: (row: string, column: string) => {
      const cell = byId.get(`${row} ${column}`);
      return cell && endedText(cell);
    },
    width: terminalColumns(io.stdout),
  };
  return formatGrid(grid, paint);
}

/** A blank line, what failed and where, the last lines of its output, and what would help. */
function formatFailure(cell: CellReport, { directory }: BuildReport, paint: Paint): readonly string[] {
  const { state, component, platform, failure, reason, attempts, log } = cell;
  if (state === 'done') return [];
  const tries = attempts > 1 ? `, ${attempts} times` : '';
  const what = `${component} for ${platform}${tries}`;
  if (failure === undefined) return [printable(`${state} ${what}: ${reason ?? 'stopped'}`)];
  return [
    '',
    `${paint('red', 'FAILED')} ${paint('bold', printable(what))}${placeOf(failure)}`,
    ...sourceOf(failure),
    `  ${printable(failure.message)}`,
    ...failure.log.map((line) => paint('dim', `  | ${printable(line)}`)),
    ...(failure.suggestion === undefined
      ? []
      : [`  ${paint('yellow', 'try')}: ${printable(failure.suggestion)}`]),
    ...(log === undefined ? [] : [`  log: ${printable(join(directory, log))}`]),
  ];
}

function placeOf({ at }: BuildFailure): string {
  if (at === undefined) return '';
  return ` at ${printable(nearPath(at.file))}:${at.line}`;
}

/** As a person in this directory would write it. */
function nearPath(path: string): string {
  const near = relative('', path);
  return isAbsolute(path) && !near.startsWith('..') ? near : path;
}

function sourceOf({ at, step }: BuildFailure): readonly string[] {
  const source = at?.source ?? [];
  if (source.length === 0) return step === undefined ? [] : [`  ${printable(step)}`];
  return source.map((line) => `  ${printable(line)}`);
}

function formatVerdict(report: BuildReport, paint: Paint): string {
  const wanted = report.cells.filter((cell) => cell.wanted);
  const done = wanted.filter(({ state }) => state === 'done');
  const count = (name: string, is: (cell: CellReport) => boolean): readonly string[] => {
    const number = done.filter(is).length;
    return number === 0 ? [] : [`${number} ${name}`];
  };
  const kinds = [
    ...count('emulated', ({ how, cached, kept }) => how === 'emulated' && cached !== true && kept !== true),
    ...count('cached', ({ cached }) => cached === true),
    ...count('kept', ({ kept }) => kept === true),
  ];
  const word = report.interrupted
    ? paint('yellow', 'INTERRUPTED')
    : report.complete
      ? paint('green', 'COMPLETE')
      : paint('red', 'INCOMPLETE');
  const detail = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  return `${word}: ${done.length} of ${wanted.length} cells are built${detail}, in ${formatTime(report.durationMs)}`;
}

/** Of a build whose results are files. */
function formatDirectories({ cells }: BuildReport): readonly string[] {
  return cells
    .flatMap(({ results = [] }) => results)
    .flatMap((result) =>
      result.kind === 'local' ? [`written: ${printable(nearPath(result.directory))}`] : [],
    );
}

function formatOutput(output: OutputReport, paint: Paint): readonly string[] {
  if (output.kind === 'export') {
    return [`written: ${printable(output.path)}, ${formatBytes(output.size)}`, `bundle ${output.id}`];
  }
  const { target, cells, names } = output.receipt;
  const present = cells.filter(({ state }) => state === 'present').length;
  const verb = output.kind === 'load' ? 'loaded' : 'pushed';
  const under = `${names.length} ${names.length === 1 ? 'name' : 'names'}`;
  const line = `${verb}: ${printable(target.label)} was asked and has ${present} of ${cells.length} cells under ${under}`;
  return [present === cells.length ? line : paint('red', line), ...formatAbsent(cells)];
}

function formatRest(report: BuildReport): readonly string[] {
  const { withheld, complete, interrupted, outputs, store, cells } = report;
  if (withheld !== undefined) {
    const again = 'Mend it and run the same command with --only-failed';
    return [`nothing was exported, loaded or pushed: ${withheld}. ${again}`];
  }
  if (interrupted) return ['Run the same command with --only-failed to build the rest.'];
  const isStored = cells.some(({ results }) => results?.some(({ kind }) => kind === 'oci'));
  if (!complete || outputs.length > 0 || !isStored) return [];
  return [`kept in ${printable(store)} until the next build. Pass --load, --push or --export FILE to use it`];
}
