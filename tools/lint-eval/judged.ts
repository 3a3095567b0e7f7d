import { lintDockerfile, parsePlatforms, type Finding, type Severity } from '@xbundle/core';
import type { CorpusEntry } from './corpus.ts';

/** A finding and what its label says. */
export interface Judged {
  readonly set: CorpusEntry['set'];
  readonly finding: Finding;
  /** Undefined without a label. */
  readonly right: boolean | undefined;
}

/** Lints a file of the corpus as one that is built for amd64 and arm64. */
export function judge({ set, repo, path, labels }: CorpusEntry, text: string): readonly Judged[] {
  const platforms = parsePlatforms(['linux/amd64,linux/arm64']);
  const { findings } = lintDockerfile(text, { file: `${repo}/${path}`, platforms });
  return findings.map((finding) => {
    const label = labels.find(({ rule, line }) => rule === finding.rule && line === finding.range.start.line);
    return { set, finding, right: label?.right };
  });
}

/** What share of findings must be right. */
export const FLOORS: Readonly<Partial<Record<Severity, number>>> = { error: 0.95, warning: 0.85 };

export interface Count {
  readonly right: number;
  readonly all: number;
}

export function count(judged: readonly Judged[]): Count {
  return { right: judged.filter(({ right }) => right === true).length, all: judged.length };
}

export function precision({ right, all }: Count): string {
  return all === 0 ? '-' : (right / all).toFixed(2);
}

/** Whether a count is below the floor of its severity; nothing is not. */
export function isLow({ right, all }: Count, severity: Severity): boolean {
  const floor = FLOORS[severity];
  return floor !== undefined && all > 0 && right / all < floor;
}
