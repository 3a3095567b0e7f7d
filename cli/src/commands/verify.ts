import { verifyBundle, type OutsideContract, type VerifyReport } from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { formatAbsent, formatMatrix } from '../output/matrix.ts';
import { printable } from '../output/printable.ts';
import { paintFor } from '../output/style.ts';
import { withProgress } from './with-progress.ts';

export interface VerifyFlags extends CommonFlags {
  readonly file?: string;
  readonly platform?: readonly string[];
  readonly quick?: boolean;
}

/** Exit code 4 when bytes are damaged, 3 when a cell is not there, 0 when all of it is there. */
export async function runVerify(bundle: string, flags: VerifyFlags, io: Io): Promise<number> {
  const contract = await outsideContract(flags, io);
  const report = await withProgress(io, flags, ({ onProgress }) =>
    verifyBundle(bundle === '-' ? io.stdin : bundle, {
      signal: io.signal,
      quick: flags.quick,
      contract,
      onProgress,
    }),
  );
  if (flags.json === true) await writeJson(io, toDocument(report));
  else if (flags.quiet !== true) await writeLines(io, toLines(report, io));
  return report.integrity === 'failed' ? 4 : report.complete ? 0 : 3;
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
function toDocument({ index, ...report }: VerifyReport): unknown {
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
  };
}

function toLines(report: VerifyReport, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const matrix =
    report.cells.length > 0 ? [...formatMatrix(report.cells, paint, terminalColumns(io.stdout)), ''] : [];
  const integrity = report.problems.filter(({ code }) => !code.startsWith('CELL_'));
  const problems = integrity.map(({ message, offset }) =>
    printable(offset === undefined ? message : `${message} (byte ${offset})`),
  );
  const absent = formatAbsent(report.cells);
  const intact = report.integrity === 'ok';
  const depth = report.quick ? ' (quick: layers were not read)' : '';
  return [
    ...matrix,
    ...firstOf(problems),
    ...absent,
    ...(problems.length + absent.length > 0 ? [''] : []),
    `${intact ? paint('green', 'INTEGRITY OK') : paint('red', 'INTEGRITY FAILED')}${depth}, NOT SIGNED`,
    report.complete
      ? paint('green', 'COMPLETE')
      : paint('red', intact ? 'INCOMPLETE' : 'NOT PROVEN COMPLETE'),
    ...(report.id === undefined ? [] : [`bundle ${report.id}`]),
  ];
}

/** One damaged or missing stretch of a file can be thousands of problems; `--json` has them all. */
const MAX_PROBLEMS = 20;

function firstOf(problems: readonly string[]): readonly string[] {
  const rest = problems.length - MAX_PROBLEMS;
  return rest <= 0 ? problems : [...problems.slice(0, MAX_PROBLEMS), `and ${rest} more; --json lists all`];
}
