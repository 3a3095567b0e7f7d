import { complaintOf, runDocker, type DockerOptions } from '../buildx/index.ts';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { CommandVector, DoctorFinding, DoctorFix } from './finding.ts';

/** How one fix went. */
export interface FixOutcome {
  readonly fix: DoctorFix;
  readonly done: boolean;
  /** Why it was not done; what the commands had made is then taken back. */
  readonly reason?: string;
}

/** The fixes that may be run unasked, each once, in the order of their findings. */
export function safeFixes(findings: readonly DoctorFinding[]): readonly DoctorFix[] {
  const fixes = findings
    .filter(({ severity }) => severity !== 'ok')
    .flatMap(({ fix }) => (fix?.safe === true && fix.commands.length > 0 ? [fix] : []));
  return [...new Map(fixes.map((fix) => [JSON.stringify(fix.commands), fix])).values()];
}

/** Runs the commands of a safe fix. Throws INTERRUPTED after an abort, once what was made is taken back. */
export async function runFix(fix: DoctorFix, options: DockerOptions = {}): Promise<FixOutcome> {
  try {
    for (const command of fix.commands) {
      const reason = await run(command, options);
      if (reason === undefined) continue;
      await takeBack(fix, options);
      return { fix, done: false, reason };
    }
    return { fix, done: true };
  } catch (error) {
    await takeBack(fix, options);
    throw error;
  }
}

/** Undefined when it succeeded. */
async function run(command: CommandVector, options: DockerOptions): Promise<string | undefined> {
  const [program, ...args] = command;
  if (program !== 'docker') {
    throw new XbundleError(
      'INTERNAL',
      `a fix that runs by itself is a docker command, not ${program ?? 'empty'}`,
    );
  }
  const { exitCode, stderr } = await runDocker(args, { timeoutMs: LIMITS.builderStartMs, ...options });
  return exitCode === 0 ? undefined : complaintOf(stderr) || `exit code ${exitCode}`;
}

/** Runs after an abort too; that there is nothing to take back is no failure. */
async function takeBack({ undo }: DoctorFix, { env, cwd }: DockerOptions): Promise<void> {
  for (const [, ...args] of undo) await runDocker(args, { env, cwd });
}
