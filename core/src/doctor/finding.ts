import { EXIT_CODES, type ErrorCode, type ExitCode } from '../errors.ts';

/**
 * What a finding is about; scripts may rely on these words. Each is told in docs by what its check looks at:
 *
 * - `docker-cli`, `buildx`: the commands and their versions
 * - `engine`, `image-store`: the Docker Engine in use, and how it keeps images
 * - `builder`, `builder-node`, `builder-limits`: the builder, each of its nodes, what its driver cannot do
 * - `platform`, `node-choice`, `binfmt`: how a wanted platform is built, on which node, by which emulator
 * - `engine-space`, `output-space`: free space where images and bundles go
 * - `login`: whether a registry that is named knows the user
 * - `base-image`: whether an image that a Dockerfile starts from has a wanted platform
 */
export type FindingCode =
  | 'docker-cli'
  | 'buildx'
  | 'engine'
  | 'image-store'
  | 'builder'
  | 'builder-node'
  | 'builder-limits'
  | 'platform'
  | 'node-choice'
  | 'binfmt'
  | 'engine-space'
  | 'output-space'
  | 'login'
  | 'base-image';

/** `warning`: builds work, but not all of them or not well; `error`: what is wanted cannot be built. */
export type FindingSeverity = 'ok' | 'warning' | 'error';

/** Argument vectors with the program first, such as `['docker', 'buildx', 'use', '--', 'x']`. */
export type CommandVector = readonly string[];

/** What mends a finding. */
export interface DoctorFix {
  readonly explanation: string;
  /** In this order, each after the success of the one before; none where only a person can do it. */
  readonly commands: readonly CommandVector[];
  /** What takes back `commands` when one of them fails. */
  readonly undo: readonly CommandVector[];
  /** Whether it may be run without asking: it adds something, and changes nothing that is there. */
  readonly safe: boolean;
}

export interface DoctorFinding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** The platform, image, node, registry or directory it is about. */
  readonly subject?: string;
  readonly title: string;
  /** What does not work because of it. */
  readonly breaks?: string;
  readonly fix?: DoctorFix;
  /** Of an error: what a build would fail with, which gives the exit code. */
  readonly error?: ErrorCode;
}

export function advice(explanation: string): DoctorFix {
  return { explanation, commands: [], undo: [], safe: false };
}

/** A fix that is a command for a person to judge. */
export function suggested(explanation: string, ...commands: readonly CommandVector[]): DoctorFix {
  return { explanation, commands, undo: [], safe: false };
}

/** That of the first error, because what comes later may be its consequence; 0 without errors. */
export function doctorExitCode(findings: readonly DoctorFinding[]): ExitCode {
  const first = findings.find(({ severity }) => severity === 'error');
  return first === undefined ? 0 : EXIT_CODES[first.error ?? 'INCOMPLETE'];
}
