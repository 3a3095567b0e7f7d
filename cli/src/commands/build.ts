import { resolve } from 'node:path';
import {
  EngineTarget,
  RegistryTarget,
  XbundleError,
  buildFolder,
  builderFacts,
  checkBeforeBuild,
  createExportCheck,
  dockerCredentials,
  doctorExitCode,
  gatherBuildFacts,
  narrowPlan,
  planBuild,
  readDockerfiles,
  runBuild as runBuildPlan,
  type BuildDefinition,
  type BuildOutputs,
  type BuildPlan,
  type BuildReport,
  type DockerEnvironment,
  type DoctorFinding,
  type LookInside,
  type PlanFacts,
  type PlannedBuild,
} from '@xbundle/core';
import { checkReportFlags, writeReports, type ReportFlags } from '../build-report-file.ts';
import { readBuildRequest, type BuildRequestFlags } from '../build-request.ts';
import type { Clients } from '../clients.ts';
import { dockerEnvironment } from '../docker-environment.ts';
import type { Io } from '../io.ts';
import { platformList, type ClientFlags, type CommonFlags } from '../options.ts';
import { formatBuildPlan, planDocument } from '../output/build-plan.ts';
import { formatBuild } from '../output/build-summary.ts';
import { createBuildView } from '../output/build-view.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { formatFindings } from '../output/doctor.ts';
import { paintFor } from '../output/style.ts';
import { parseCount } from '../source-choice.ts';
import { sourceDate } from '../source-date.ts';
import { withClients, type CommandContext } from './with-clients.ts';

export interface BuildFlags extends CommonFlags, ClientFlags, BuildRequestFlags, ReportFlags {
  readonly platform?: readonly string[];
  readonly cell?: readonly string[];
  readonly builder?: string;
  readonly load?: boolean;
  readonly push?: boolean;
  readonly export?: string;
  readonly overwrite?: boolean;
  readonly output?: string;
  readonly allowIncomplete?: boolean;
  readonly jobs?: string;
  readonly retry: string;
  readonly failFast?: boolean;
  readonly onlyFailed?: boolean;
  readonly provenance?: string;
  readonly sbom?: string;
  /** Undefined unless given: false would say that the definition's own wish does not count. */
  readonly pull?: boolean;
  /** False with `--no-cache`. */
  readonly cache: boolean;
  /** False with `--no-check`. */
  readonly check: boolean;
  readonly strict?: boolean;
  readonly archCheck: 'off' | 'quick' | 'full';
  readonly dryRun?: boolean;
}

interface BuildContext {
  readonly env: DockerEnvironment;
  readonly io: Io;
  readonly clients: Clients;
}

/** Plans, checks and builds; exit code 4 when a cell is wrong, 3 when one is not there, 130 after an interruption. */
export async function runBuild(
  names: readonly string[],
  flags: BuildFlags,
  command: CommandContext,
): Promise<number> {
  const { io } = command;
  checkReportFlags(flags);
  refuseNonsense(flags);
  const env = dockerEnvironment(io.env, flags.host);
  return withClients(command, flags, async (clients) => {
    const context = { env, io, clients };
    const definition = await readBuildRequest(names, flags, { env, signal: io.signal });
    const planned = await makePlan(definition, flags, context);
    const { plan } = planned;
    if (flags.dryRun === true) return showPlan(plan, flags, io);
    const refusal =
      (await lintFirst(definition, flags, io)) ?? (await checkFirst(planned, { flags, context }));
    if (refusal !== undefined) return refusal;
    const report = await build(definition, plan, { flags, context });
    await writeReports(report, flags);
    if (flags.json === true) await writeJson(io, report);
    else if (flags.quiet !== true) await writeLines(io, formatBuild(report, io));
    if (report.interrupted) return 130;
    if (report.complete) return 0;
    return report.cells.some(({ wanted, state }) => wanted && state === 'wrong') ? 4 : 3;
  });
}

function refuseNonsense(flags: BuildFlags): void {
  const images = (['load', 'push', 'export'] as const).find((name) => flags[name] !== undefined);
  if (flags.output === undefined || images === undefined) return;
  throw new XbundleError(
    'USAGE',
    `building: --output gives files, not images, so it does not go with --${images}`,
  );
}

/** A plan with what it was made of, so that nothing is asked twice. */
interface Planned {
  readonly definition: BuildDefinition;
  readonly facts: PlanFacts & Pick<PlannedBuild, 'builder'>;
  readonly plan: BuildPlan;
}

async function makePlan(
  definition: BuildDefinition,
  flags: BuildFlags,
  { env, io }: BuildContext,
): Promise<Planned> {
  const [builder, dockerfiles] = await Promise.all([
    builderFacts({ name: flags.builder, env, signal: io.signal }),
    readDockerfiles(definition, { signal: io.signal }),
  ]);
  const options = {
    platforms: platformList(flags.platform),
    localOutput: flags.output === undefined ? undefined : resolve(flags.output),
    provenance: flags.provenance,
    sbom: flags.sbom,
    noCache: flags.cache ? undefined : true,
    pull: flags.pull,
  };
  const facts = { builder, dockerfiles };
  const whole = planBuild(definition, facts, options);
  const plan = flags.cell === undefined ? whole : narrowPlan(whole, flags.cell);
  return { definition, facts, plan };
}

async function showPlan(plan: BuildPlan, flags: BuildFlags, io: Io): Promise<number> {
  if (flags.json === true)
    await writeJson(io, planDocument(plan, { load: flags.load === true, push: flags.push === true }));
  else await writeLines(io, formatBuildPlan(plan, io));
  return plan.cells.some(({ wanted, how }) => wanted && how === 'impossible') ? 3 : 0;
}

interface Job {
  readonly flags: BuildFlags;
  readonly context: BuildContext;
}

/** Mistakes in Dockerfiles are told; the exit code where they are to end it, undefined otherwise. */
async function lintFirst(
  definition: BuildDefinition,
  { check, strict, platform, quiet }: BuildFlags,
  io: Io,
): Promise<number | undefined> {
  if (!check) return undefined;
  // Loaded only for a build: parsers of Dockerfiles and shell are large.
  const { lintBeforeBuild } = await import('../build-lint.ts');
  const errors = await lintBeforeBuild(definition, platform, io);
  if (errors === 0) return undefined;
  if (strict === true)
    throw new XbundleError('INCOMPLETE', `building: ${errors} errors in Dockerfiles, so nothing was built`);
  if (quiet !== true)
    io.stderr.write('xbundle: building all the same; --strict would not, and --no-check does not look\n');
  return undefined;
}

/** What would fail anyway is said before anything is built; the exit code then, undefined when nothing is wrong. */
async function checkFirst(
  { definition, facts, plan }: Planned,
  { flags, context }: Job,
): Promise<number | undefined> {
  if (!flags.check) return undefined;
  const { env, io, clients } = context;
  const outputDirectory = flags.export === undefined ? undefined : resolve(flags.export, '..');
  const found = await gatherBuildFacts(
    { definition, ...facts, cells: plan.cells, outputDirectory },
    { env, signal: io.signal, clients, credentials: dockerCredentials({ environment: env }) },
  );
  const findings = checkBeforeBuild(found);
  const code = doctorExitCode(findings);
  if (code === 0) {
    if (flags.quiet !== true) tell(findings, context.io);
    refuseImpossible(plan, flags);
    return undefined;
  }
  if (flags.json === true) await writeJson(context.io, { exitCode: code, findings });
  tell(findings, context.io);
  context.io.stderr.write('xbundle: nothing was built. --no-check builds what can be built all the same\n');
  return code;
}

function tell(findings: readonly DoctorFinding[], io: Io): void {
  const lines = formatFindings(findings, paintFor(io.stderr, io.env));
  io.stderr.write(lines.map((line) => `${line}\n`).join(''));
}

function refuseImpossible({ cells }: BuildPlan, { allowIncomplete }: BuildFlags): void {
  const impossible = cells.filter(({ how }) => how === 'impossible');
  if (impossible.length === 0 || allowIncomplete === true) return;
  const list = impossible.map(({ id, reason }) => `  ${id}: ${reason}`).join('\n');
  throw new XbundleError(
    'INCOMPLETE',
    `building: ${impossible.length} of ${cells.length} cells cannot be built, so nothing was. Pass --allow-incomplete to build the rest:\n${list}`,
  );
}

async function build(
  definition: BuildDefinition,
  plan: BuildPlan,
  { flags, context }: Job,
): Promise<BuildReport> {
  const { env, io, clients } = context;
  const { progress: mode, quiet = false, verbose = false } = flags;
  const files = [
    ...new Set(definition.targets.map(({ place }) => resolve(definition.directory, place.file))),
  ];
  const view = createBuildView(plan, io, { mode, quiet, verbose });
  try {
    return await runBuildPlan(plan, {
      folder: buildFolder({ files, env: io.env }),
      jobs: flags.jobs === undefined ? undefined : parseCount('--jobs', flags.jobs),
      retry: parseRetry(flags.retry),
      failFast: flags.failFast,
      onlyFailed: flags.onlyFailed,
      env,
      clients,
      outputs: await toOutputs(flags, context),
      lookInside: archCheck(flags, io),
      signal: io.signal,
      onEvent: view.onEvent,
    });
  } finally {
    view.stop();
  }
}

function archCheck({ archCheck: depth }: BuildFlags, { signal }: Io): LookInside | undefined {
  if (depth === 'off') return undefined;
  return createExportCheck({ depth: depth === 'full' ? 'full' : 'decide', signal }).lookInside;
}

/** Unlike other counts, none is a choice. */
function parseRetry(text: string): number {
  if (/^[0-9]{1,2}$/.test(text)) return Number(text);
  throw new XbundleError('USAGE', `--retry ${text}: want a number from 0 to 99`);
}

async function toOutputs(
  flags: BuildFlags,
  { clients, io }: BuildContext,
): Promise<BuildOutputs | undefined> {
  const { export: path, overwrite, load, push, allowIncomplete } = flags;
  if (path === undefined && load === undefined && push === undefined) return undefined;
  return {
    ...(path !== undefined && { export: { path, overwrite } }),
    ...(load === true && { load: new EngineTarget(await clients.engine()) }),
    ...(push === true && { push: (host: string) => new RegistryTarget(clients.registry(), host) }),
    allowIncomplete,
    created: sourceDate(io.env['SOURCE_DATE_EPOCH']),
  };
}
