import {
  checkContent,
  openBundle,
  wrongReason,
  type ArchReport,
  type OnProgress,
  type VerifyReport,
} from '@xbundle/core';
import type { Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { formatArchFindings, formatArchState } from '../output/arch-report.ts';

/** What `verify --deep` adds to a verification. */
export interface DeepReport {
  /** With the cells that hold programs for another machine as wrong. */
  readonly report: VerifyReport;
  readonly arch: ArchReport;
  /** Whether there is such a cell. */
  readonly holdsWrong: boolean;
  /** Findings and the outcome, for people. */
  readonly lines: readonly string[];
}

export interface DeepOptions {
  readonly flags: CommonFlags;
  readonly io: Io;
  readonly onProgress: OnProgress;
}

/** Looks into every layer of a bundle that is intact. */
export async function verifyDeep(
  path: string,
  report: VerifyReport,
  { flags, io, onProgress }: DeepOptions,
): Promise<DeepReport> {
  const arch = await checkBundle(path, io.signal, onProgress);
  const reasons = new Map(
    arch.cells.flatMap((cell) => {
      const reason = wrongReason(cell);
      return reason === undefined ? [] : [[`${cell.image} ${cell.platform}`, reason] as const];
    }),
  );
  const cells = report.cells.map((cell) => {
    const reason = reasons.get(`${cell.image} ${cell.platform}`);
    return reason === undefined ? cell : { ...cell, state: 'wrong' as const, reason };
  });
  const complete = report.complete && cells.every(({ state }) => state === 'present');
  const findings = formatArchFindings(arch.cells, flags, io).slice(1);
  return {
    report: { ...report, cells, complete },
    arch,
    holdsWrong: reasons.size > 0,
    lines: [...findings, ...(findings.length > 0 ? [''] : []), formatArchState(arch.state, io)],
  };
}

async function checkBundle(path: string, signal: AbortSignal, onProgress: OnProgress): Promise<ArchReport> {
  const bundle = await openBundle(path);
  try {
    return await checkContent(bundle, { depth: 'full', signal, onProgress });
  } finally {
    await bundle.close();
  }
}
