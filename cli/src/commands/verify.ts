import { XbundleError, verifyBundle, type OutsideContract, type VerifyReport } from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { writeReport } from '../output/document.ts';
import { formatAbsent, formatMatrix } from '../output/matrix.ts';
import { printable } from '../output/printable.ts';
import { paintFor } from '../output/style.ts';
import type { DeepReport } from './verify-deep.ts';
import { withProgress } from './with-progress.ts';

export interface VerifyFlags extends CommonFlags {
  readonly file?: string;
  readonly platform?: readonly string[];
  readonly quick?: boolean;
  readonly deep?: boolean;
}

/**
 * Exit code 4 when bytes are damaged or, with `--deep`, when a cell holds programs for another machine; 3 when a
 * cell is not there, 0 when all of it is there.
 */
export async function runVerify(bundle: string, flags: VerifyFlags, io: Io): Promise<number> {
  refuseUseless(bundle, flags);
  const contract = await outsideContract(flags, io);
  const verified = await withProgress(io, flags, async ({ onProgress }): Promise<Verified> => {
    const content = bundle === '-' ? io.stdin : bundle;
    const { signal } = io;
    const report = await verifyBundle(content, { signal, quick: flags.quick, contract, onProgress });
    if (flags.deep !== true || report.integrity !== 'ok') return { report };
    // Loaded only when asked for: what looks into layers takes as long as verifying a small bundle.
    const { verifyDeep } = await import('./verify-deep.ts');
    return verifyDeep(bundle, report, { flags, io, onProgress });
  });
  const { report, holdsWrong } = verified;
  await writeReport(io, flags, {
    document: () => toDocument(verified),
    lines: () => toLines(verified, io),
    errors: [...firstOf(integrityProblems(report)), ...formatAbsent(report.cells)],
  });
  if (report.integrity === 'failed' || holdsWrong === true) return 4;
  return report.complete ? 0 : 3;
}

/** What `--deep` found is absent without it, and for a bundle that is damaged. */
type Verified = Pick<DeepReport, 'report'> & Partial<DeepReport>;

function refuseUseless(bundle: string, { deep, quick }: VerifyFlags): void {
  if (deep !== true) return;
  if (quick === true) throw new XbundleError('USAGE', 'verifying: --deep reads layers, and --quick does not');
  if (bundle === '-')
    throw new XbundleError('USAGE', 'verifying -: --deep needs a file. Save the bundle first');
}

async function outsideContract(flags: VerifyFlags, io: Io): Promise<OutsideContract | undefined> {
  if (flags.file === undefined && flags.platform === undefined) return undefined;
  // Loaded only when asked for: reading definitions takes as long as verifying a small bundle.
  const { readContract } = await import('../contract.ts');
  const { images, platforms } = await readContract([], flags, io);
  return {
    ...(flags.file !== undefined && { images }),
    ...(platforms !== undefined && { platforms }),
  };
}

/** The shape of `verify --json`. */
function toDocument({ report, arch }: Verified): unknown {
  const { index } = report;
  return {
    complete: report.complete,
    integrity: report.integrity,
    signed: report.signed,
    quick: report.quick,
    ...(report.id !== undefined && { id: report.id }),
    ...(index?.name !== undefined && { name: index.name }),
    ...(index?.version !== undefined && { version: index.version }),
    cells: report.cells,
    problems: report.problems,
    ...(arch !== undefined && { arch }),
  };
}

function toLines({ report, lines = [] }: Verified, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const matrix =
    report.cells.length > 0 ? [...formatMatrix(report.cells, paint, terminalColumns(io.stdout)), ''] : [];
  const problems = integrityProblems(report);
  const absent = formatAbsent(report.cells);
  const intact = report.integrity === 'ok';
  const depth = report.quick ? ' (quick: layers were not read)' : '';
  return [
    ...matrix,
    ...firstOf(problems),
    ...absent,
    ...(problems.length + absent.length > 0 ? [''] : []),
    ...lines,
    `${intact ? paint('green', 'INTEGRITY OK') : paint('red', 'INTEGRITY FAILED')}${depth}, NOT SIGNED`,
    report.complete
      ? paint('green', 'COMPLETE')
      : paint('red', intact ? 'INCOMPLETE' : 'NOT PROVEN COMPLETE'),
    ...(report.id === undefined ? [] : [`bundle ${report.id}`]),
  ];
}

function integrityProblems({ problems }: VerifyReport): readonly string[] {
  return problems
    .filter(({ code }) => !code.startsWith('CELL_'))
    .map(({ message, offset }) => printable(offset === undefined ? message : `${message} (byte ${offset})`));
}

/** One damaged or missing stretch of a file can be thousands of problems; `--json` has them all. */
const MAX_PROBLEMS = 20;

function firstOf(problems: readonly string[]): readonly string[] {
  const rest = problems.length - MAX_PROBLEMS;
  return rest <= 0 ? problems : [...problems.slice(0, MAX_PROBLEMS), `and ${rest} more; --json lists all`];
}
