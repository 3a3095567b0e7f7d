import {
  formatBytes,
  XbundleError,
  cellOf,
  exportBundle,
  pipeBundle,
  planExport,
  wrongReason,
  type BundlePlan,
  type BundleSummary,
  type ExportCheck,
  type ExportOptions,
  type ExportRequest,
} from '@xbundle/core';
import { archCheck, type ArchCheckDepth } from '../arch-check.ts';
import { readContract } from '../contract.ts';
import { terminalColumns, write, type Io } from '../io.ts';
import type { ClientFlags, CommonFlags } from '../options.ts';
import { writeReport } from '../output/document.ts';
import { countAbsent, formatAbsent, formatMatrix } from '../output/matrix.ts';
import { paintFor, type Paint } from '../output/style.ts';
import { parseCount, parseSource } from '../source-choice.ts';
import { sourceDate } from '../source-date.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

export interface ExportFlags extends CommonFlags, ClientFlags {
  readonly file?: string;
  readonly platform?: readonly string[];
  readonly output?: string;
  readonly from: string;
  readonly archTagPattern: string;
  readonly archTags: boolean;
  readonly attestations: 'keep' | 'drop';
  readonly allowIncomplete?: boolean;
  readonly overwrite?: boolean;
  readonly jobs: string;
  readonly dryRun?: boolean;
  readonly archCheck: ArchCheckDepth;
}

/**
 * Exports, or with `--dry-run` plans; whatever was written, exit code 4 when a cell holds programs for another
 * machine, 3 when one is missing.
 */
export async function runExport(
  images: readonly string[],
  flags: ExportFlags,
  context: CommandContext,
): Promise<number> {
  const { io } = context;
  const contract = await readContract(images, flags, io);
  const from = parseSource(flags.from);
  const options = toOptions(flags, io);
  return withClients(context, flags, async (clients) => {
    const done = await withProgress(io, flags, ({ onProgress }) => {
      const { images: named, platforms, name, version } = contract;
      const { archCheck: depth, dryRun: isDry } = flags;
      const check = archCheck({ archCheck: depth, signal: io.signal, onProgress, isDry });
      return perform({ images: named, platforms, from, clients }, flags, {
        io,
        check,
        options: { ...options, name, version, onProgress, lookInside: check?.lookInside },
      });
    });
    await report(done, flags, io);
    return exitCode(done);
  });
}

function exitCode({ plan, checked }: Done): number {
  if (checked.some((cell) => wrongReason(cell) !== undefined)) return 4;
  return plan.index.complete ? 0 : 3;
}

function toOptions(flags: ExportFlags, io: Io): ExportOptions {
  return {
    signal: io.signal,
    jobs: parseCount('--jobs', flags.jobs),
    attestations: flags.attestations,
    archTags: flags.archTags,
    archTagPattern: flags.archTagPattern,
    overwrite: flags.overwrite,
    allowIncomplete: flags.allowIncomplete,
    created: sourceDate(io.env['SOURCE_DATE_EPOCH']),
  };
}

interface Done {
  readonly plan: BundlePlan;
  /** Absent where nothing was written: a dry run, a pipe, or cells that are missing. */
  readonly summary?: BundleSummary;
  /** What the architecture check found. */
  readonly checked: ExportCheck['checked'];
}

interface Effects {
  readonly io: Io;
  readonly check: ExportCheck | undefined;
  readonly options: ExportOptions;
}

async function perform(request: ExportRequest, flags: ExportFlags, effects: Effects): Promise<Done> {
  const { check, ...rest } = effects;
  const written = await exportTo(request, flags, rest);
  return { ...written, checked: check?.checked ?? [] };
}

async function exportTo(
  request: ExportRequest,
  flags: ExportFlags,
  { io, options }: Omit<Effects, 'check'>,
): Promise<Omit<Done, 'checked'>> {
  if (flags.dryRun === true) return { plan: await planExport(request, options) };
  if (flags.output === undefined)
    throw new XbundleError('USAGE', 'exporting: no output is named. Pass -o FILE');
  if (flags.output !== '-') return exportBundle(request, flags.output, options);
  if (flags.json === true) {
    throw new XbundleError(
      'USAGE',
      'exporting to -: standard output has the bundle. Name a file, or leave --json out',
    );
  }
  if (terminalColumns(io.stdout) !== undefined) {
    throw new XbundleError('USAGE', 'exporting to -: standard output is a terminal. Pipe it, or name a file');
  }
  return { plan: await pipeBundle(request, (chunk) => write(io.stdout, chunk), options) };
}

async function report(done: Done, flags: ExportFlags, io: Io): Promise<void> {
  if (flags.output === '-' && flags.dryRun !== true) return;
  await writeReport(io, flags, {
    document: () => toDocument(done, flags),
    lines: () => toLines(done, flags, io),
    errors: formatAbsent(done.plan.index.cells.map(cellOf)),
  });
}

/** The shape of `export --json`. */
function toDocument({ plan, summary, checked }: Done, flags: ExportFlags): unknown {
  const { index } = plan;
  return {
    complete: index.complete,
    written: summary !== undefined,
    ...(summary !== undefined && { output: flags.output, id: summary.id, size: summary.size }),
    ...(flags.dryRun === true && { dryRun: true }),
    fetch: fetchTotals(plan),
    images: index.images,
    cells: index.cells.map(cellOf),
    attestations: index.attestations.length,
    arch: checked.filter(({ state }) => state === 'wrong' || state === 'suspect'),
  };
}

function fetchTotals({ fetches, index }: BundlePlan): { blobs: number; bytes: number; sharedBytes: number } {
  const bytes = fetches.reduce((sum, { blob }) => sum + blob.size, 0);
  const whole = index.cells.reduce((sum, cell) => sum + (cell.size ?? 0), 0);
  const stored = index.blobs.reduce((sum, blob) => sum + blob.size, 0);
  return { blobs: fetches.length, bytes, sharedBytes: Math.max(0, whole - stored) };
}

function toLines(done: Done, flags: ExportFlags, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const cells = done.plan.index.cells.map(cellOf);
  const absent = formatAbsent(cells);
  return [
    ...formatMatrix(cells, paint, terminalColumns(io.stdout)),
    ...(absent.length > 0 ? ['', ...absent] : []),
    '',
    ...(absent.length > 0 ? [`${paint('red', 'INCOMPLETE')}: ${countAbsent(cells)}`] : []),
    ...outcome(done, flags, paint),
  ];
}

function outcome({ plan, summary }: Done, flags: ExportFlags, paint: Paint): readonly string[] {
  const { blobs, bytes, sharedBytes } = fetchTotals(plan);
  const shared = sharedBytes > 0 ? `, ${formatBytes(sharedBytes)} shared and stored once` : '';
  if (summary !== undefined) {
    const how = plan.index.complete ? `${paint('green', 'COMPLETE')}:` : 'written all the same:';
    return [`${how} ${flags.output ?? ''}, ${formatBytes(summary.size)}${shared}`, `bundle ${summary.id}`];
  }
  if (flags.dryRun === true) {
    return [`would fetch ${blobs} blobs, ${formatBytes(bytes)}${shared}; nothing was written`];
  }
  return [
    'nothing was written. Make what is missing and run this again,',
    'or write what is there with --allow-incomplete',
  ];
}
