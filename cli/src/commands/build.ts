import { resolve } from 'node:path';
import {
  EngineTarget,
  RegistryTarget,
  XbundleError,
  builderFacts,
  narrowPlan,
  planBuild,
  readDockerfiles,
  runBuild as runBuildPlan,
  type BuildDefinition,
  type BuildOutputs,
  type BuildPlan,
  type BuildReport,
} from '@xbundle/core';
import { archCheck, type ArchCheckDepth } from '../arch-check.ts';
import { refuseEarly, type BuildContext, type EarlyFlags, type PlannedRequest } from '../build-checks.ts';
import { checkReportFlags, writeReports, type ReportFlags } from '../build-report-file.ts';
import { readBuildRequest, type BuildRequestFlags } from '../build-request.ts';
import { folderOf, stopCells } from '../build-stop.ts';
import { dockerEnvironment } from '../docker-environment.ts';
import type { Io } from '../io.ts';
import { platformList, type ClientFlags, type CommonFlags } from '../options.ts';
import { formatBuildPlan, planDocument } from '../output/build-plan.ts';
import { formatBuild } from '../output/build-summary.ts';
import { createBuildView } from '../output/build-view.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { parseCount } from '../source-choice.ts';
import { sourceDate } from '../source-date.ts';
import { withClients, type CommandContext } from './with-clients.ts';

export interface BuildFlags extends CommonFlags, ClientFlags, BuildRequestFlags, EarlyFlags, ReportFlags {
  readonly cell?: readonly string[];
  /** Of the build that is under way. */
  readonly stop?: readonly string[];
  readonly builder?: string;
  readonly load?: boolean;
  readonly push?: boolean;
  readonly overwrite?: boolean;
  readonly output?: string;
  readonly jobs?: string;
  readonly retry: string;
  readonly failFast?: boolean;
  readonly onlyFailed?: boolean;
  readonly together?: boolean;
  readonly provenance?: string;
  readonly sbom?: string;
  /** Undefined unless given: false would say that the definition's own wish does not count. */
  readonly pull?: boolean;
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly archCheck: ArchCheckDepth;
  readonly dryRun?: boolean;
}

/** Plans, checks and builds; exit code 4 when a cell is wrong, 3 when one is not there, 130 after an interruption. */
export async function runBuild(
  names: readonly string[],
  flags: BuildFlags,
  command: CommandContext,
): Promise<number> {
  const { io } = command;
  await checkReportFlags(flags);
  refuseNonsense(flags);
  const env = dockerEnvironment(io.env, flags.host);
  return withClients(command, flags, async (clients) => {
    const context = { env, io, clients };
    const definition = await readBuildRequest(names, flags, { env, signal: io.signal });
    if (flags.stop !== undefined) return stopCells(definition, flags.stop, { flags, io });
    const planned = await makePlan(definition, flags, context);
    const { plan } = planned;
    if (flags.dryRun === true) return showPlan(plan, flags, io);
    const refusal = await refuseEarly(planned, flags, context);
    if (refusal !== undefined) return refusal;
    const report = await build(planned, flags, context);
    if (flags.json === true) await writeJson(io, report);
    else if (flags.quiet !== true) await writeLines(io, formatBuild(report, io));
    await writeReports(report, flags);
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

async function makePlan(
  definition: BuildDefinition,
  flags: BuildFlags,
  { env, io }: BuildContext,
): Promise<PlannedRequest> {
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
    together: flags.together,
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

async function build(
  { definition, plan }: PlannedRequest,
  flags: BuildFlags,
  context: BuildContext,
): Promise<BuildReport> {
  const { env, io, clients } = context;
  const { progress: mode, quiet = false, verbose = false } = flags;
  const view = createBuildView(plan, io, { mode, quiet, verbose });
  try {
    return await runBuildPlan(plan, {
      folder: folderOf(definition, io),
      jobs: flags.jobs === undefined ? undefined : parseCount('--jobs', flags.jobs),
      retry: parseRetry(flags.retry),
      failFast: flags.failFast,
      onlyFailed: flags.onlyFailed,
      env,
      clients,
      outputs: await toOutputs(flags, context),
      lookInside: archCheck({ archCheck: flags.archCheck, signal: io.signal })?.lookInside,
      signal: io.signal,
      onEvent: view.onEvent,
    });
  } finally {
    view.stop();
  }
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
