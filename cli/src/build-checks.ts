import { resolve } from 'node:path';
import {
  XbundleError,
  checkBeforeBuild,
  dockerCredentials,
  doctorExitCode,
  gatherBuildFacts,
  type BuildDefinition,
  type BuildPlan,
  type DockerEnvironment,
  type DoctorFacts,
  type DoctorFinding,
  type PlanFacts,
  type PlannedBuild,
} from '@xbundle/core';
import type { Clients } from './clients.ts';
import type { Io } from './io.ts';
import { writeJson } from './output/document.ts';
import { formatFindings } from './output/doctor.ts';
import { layoutFor } from './output/prose.ts';

/** What the command line says of what is looked at before a build. */
export interface EarlyFlags {
  readonly platform?: readonly string[];
  readonly export?: string;
  readonly allowIncomplete?: boolean;
  /** False with `--no-check`. */
  readonly check: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export interface BuildContext {
  readonly env: DockerEnvironment;
  readonly io: Io;
  readonly clients: Clients;
}

/** A plan with what it was made of, so that nothing is asked twice. */
export interface PlannedRequest {
  readonly definition: BuildDefinition;
  readonly facts: PlanFacts & Pick<PlannedBuild, 'builder'>;
  readonly plan: BuildPlan;
}

/**
 * Looks before a build for what is wrong with Dockerfiles, builder and engine, and tells it on stderr. Gives the exit
 * code where nothing is to be built because of it, else undefined; throws INCOMPLETE for the same.
 */
export async function refuseEarly(
  planned: PlannedRequest,
  flags: EarlyFlags,
  context: BuildContext,
): Promise<number | undefined> {
  if (!flags.check) return undefined;
  const [facts] = await Promise.all([
    askFirst(planned, flags, context),
    lintFirst(planned.definition, flags, context.io),
  ]);
  return judge({ facts, plan: planned.plan }, flags, context.io);
}

/** Mistakes in Dockerfiles are told; with `--strict` they end it. */
async function lintFirst(
  definition: BuildDefinition,
  { strict, platform, quiet }: EarlyFlags,
  io: Io,
): Promise<void> {
  // Loaded only for a build: parsers of Dockerfiles and shell are large.
  const { lintBeforeBuild } = await import('./build-lint.ts');
  const errors = await lintBeforeBuild(definition, platform, io);
  if (errors === 0) return;
  if (strict === true)
    throw new XbundleError('INCOMPLETE', `building: ${errors} errors in Dockerfiles, so nothing was built`);
  if (quiet !== true)
    io.stderr.write('xbundle: building all the same; --strict would not, and --no-check does not look\n');
}

function askFirst(
  { definition, facts, plan }: PlannedRequest,
  flags: EarlyFlags,
  { env, io, clients }: BuildContext,
): Promise<DoctorFacts> {
  const outputDirectory = flags.export === undefined ? undefined : resolve(flags.export, '..');
  return gatherBuildFacts(
    { definition, ...facts, cells: plan.cells, outputDirectory },
    { env, signal: io.signal, clients, credentials: dockerCredentials({ environment: env }) },
  );
}

interface AskedPlan {
  readonly facts: DoctorFacts;
  readonly plan: BuildPlan;
}

/** What would fail anyway is said before anything is built; the exit code then, undefined when nothing is wrong. */
async function judge({ facts, plan }: AskedPlan, flags: EarlyFlags, io: Io): Promise<number | undefined> {
  const findings = checkBeforeBuild(facts);
  const code = doctorExitCode(findings);
  if (code === 0) {
    if (flags.quiet !== true) tell(findings, io);
    refuseImpossible(plan, flags);
    return undefined;
  }
  if (flags.json === true) await writeJson(io, { exitCode: code, findings });
  tell(findings, io);
  io.stderr.write('xbundle: nothing was built. --no-check builds what can be built all the same\n');
  return code;
}

function tell(findings: readonly DoctorFinding[], io: Io): void {
  const lines = formatFindings(findings, layoutFor(io.stderr, io.env));
  io.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

function refuseImpossible({ cells }: BuildPlan, { allowIncomplete }: EarlyFlags): void {
  const impossible = cells.filter(({ how }) => how === 'impossible');
  if (impossible.length === 0 || allowIncomplete === true) return;
  const list = impossible.map(({ id, reason }) => `  ${id}: ${reason}`).join('\n');
  throw new XbundleError(
    'INCOMPLETE',
    `building: ${impossible.length} of ${cells.length} cells cannot be built, so nothing was. Pass --allow-incomplete to build the rest:\n${list}`,
  );
}
