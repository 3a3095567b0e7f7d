import type { Digest } from '../model/index.ts';

/** What the architecture check finds; the closed list is part of `check --json`. */
export type ArchFindingCode =
  /** A program on the start path is for another machine. */
  | 'start-program'
  /** A program on the start path asks for a loader that the image does not have. */
  | 'loader-missing'
  /** A script on the start path asks for an interpreter that the image does not have. */
  | 'interpreter-missing'
  /** A loader or C library is for another machine. */
  | 'base-library'
  /** A program in a directory of PATH is for another machine. */
  | 'path-program'
  /** The package database is of another machine. */
  | 'package-database'
  /** Of all programs and libraries, none is for the platform. */
  | 'nothing-native'
  /** A library, or a file of an interpreter's package, is for another machine. */
  | 'library'
  /** There are variants of a file for other platforms, and none for this one; in an archive too. */
  | 'no-variant'
  /** Another program is for another machine. */
  | 'program'
  /** The index and the config say different platforms. */
  | 'config-platform'
  /** Two platforms have the same layers. */
  | 'same-layers'
  /** Two platforms start from the same layer. */
  | 'same-base'
  /** Two platforms differ in size beyond what is usual. */
  | 'size-ratio'
  /** A layer could not be looked into. */
  | 'layer-unread';

export type ArchSeverity = 'error' | 'warning' | 'info';

/** 1: the start path. 2: the base and PATH. 3: libraries. 4: everything else. */
export type ArchTier = 1 | 2 | 3 | 4;

export interface ArchFinding {
  readonly code: ArchFindingCode;
  readonly tier: ArchTier;
  readonly severity: ArchSeverity;
  readonly message: string;
  /** Of the file, from the root of the image. */
  readonly path?: string;
  /** The layer that the file comes from, and the build step that made it. */
  readonly layer?: Digest;
  readonly createdBy?: string;
  /** The platform, or what else should be there. */
  readonly expected: string;
  readonly found: string;
  /** The lint rules that find the usual causes in a Dockerfile. */
  readonly rules?: readonly string[];
}

/** Files that are foreign for good reason, counted by it. */
export interface ArchIgnored {
  readonly reason: string;
  readonly files: number;
}

/**
 * `wrong`: it holds what its platform does not run (an error). `suspect`: warnings. `not-applicable`: it has no
 * program. `unread`: the quick check had no reason to look inside.
 */
export type ArchState = 'ok' | 'suspect' | 'wrong' | 'not-applicable' | 'unread';

/** What was found in one image. */
export interface ArchVerdict {
  readonly state: ArchState;
  /** Worst first. */
  readonly findings: readonly ArchFinding[];
  /** Findings beyond the limit, which are not listed. */
  readonly unlisted: number;
  /** Programs and libraries that were held against the platform. */
  readonly judged: number;
  readonly ignored: readonly ArchIgnored[];
}

const SEVERITIES: readonly ArchSeverity[] = ['error', 'warning', 'info'];

/** Worst first, then by tier and path. */
export function compareFindings(a: ArchFinding, b: ArchFinding): number {
  const severity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (severity !== 0 || a.tier !== b.tier) return severity !== 0 ? severity : a.tier - b.tier;
  const [left, right] = [`${a.path ?? ''} ${a.code}`, `${b.path ?? ''} ${b.code}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The state that findings make of an image that was looked into. */
export function stateOf(findings: readonly ArchFinding[], judged: number): ArchState {
  if (findings.some(({ severity }) => severity === 'error')) return 'wrong';
  if (findings.some(({ severity }) => severity === 'warning')) return 'suspect';
  return judged === 0 ? 'not-applicable' : 'ok';
}
