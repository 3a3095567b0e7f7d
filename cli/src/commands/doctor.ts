import process from 'node:process';
import {
  diagnose,
  doctorExitCode,
  gatherDoctorFacts,
  isXbundleError,
  readBuildDefinition,
  runFix,
  safeFixes,
  dockerCredentials,
  type BuildDefinition,
  type DoctorFinding,
  type DoctorRequest,
  type DoctorWorld,
  type FixOutcome,
} from '@xbundle/core';
import { dockerEnvironment } from '../docker-environment.ts';
import type { Io } from '../io.ts';
import { platformList, type ClientFlags } from '../options.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { formatFindings, formatFixCommands, formatOutcome, formatVerdict } from '../output/doctor.ts';
import { layoutFor } from '../output/prose.ts';
import { withClients, type CommandContext } from './with-clients.ts';

export interface DoctorFlags extends ClientFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly platform?: readonly string[];
  readonly file?: readonly string[];
  readonly builder?: string;
  readonly output?: string;
  readonly online?: boolean;
  readonly fix?: boolean;
  readonly binfmtImage?: string;
  readonly binfmtDir?: string;
}

/** Exit code 0 without errors, else that of the first error: what others follow from comes first. */
export async function runDoctor(flags: DoctorFlags, context: CommandContext): Promise<number> {
  const { io } = context;
  const env = dockerEnvironment(io.env, flags.host);
  return withClients(context, flags, async (clients) => {
    const credentials = dockerCredentials({ environment: env });
    const world: DoctorWorld = { env, signal: io.signal, clients, credentials };
    const request = await toRequest(flags, world);
    const before = diagnose(await gatherDoctorFacts(request, world));
    const outcomes = flags.fix === true ? await runFixes(before, flags, { io, world }) : [];
    const findings = outcomes.length === 0 ? before : diagnose(await gatherDoctorFacts(request, world));
    await report(findings, outcomes, { flags, io });
    return doctorExitCode(findings);
  });
}

async function toRequest(flags: DoctorFlags, world: DoctorWorld): Promise<DoctorRequest> {
  return {
    platforms: platformList(flags.platform),
    definition: flags.file === undefined ? undefined : await readIfPossible(flags.file, world),
    builder: flags.builder,
    outputDirectory: flags.output ?? process.cwd(),
    online: flags.online,
    binfmtImage: flags.binfmtImage,
    binfmtDirectory: flags.binfmtDir,
  };
}

/** Without docker or buildx bake files cannot be read, which the findings say better than an error here. */
async function readIfPossible(
  files: readonly string[],
  { env, signal }: DoctorWorld,
): Promise<BuildDefinition | undefined> {
  try {
    return await readBuildDefinition({ files }, { env, ...(signal !== undefined && { signal }) });
  } catch (error) {
    if (isXbundleError(error, 'UNSUPPORTED')) return undefined;
    throw error;
  }
}

interface FixContext {
  readonly io: Io;
  readonly world: DoctorWorld;
}

/** Shows each command before it is run. With `--json` the outcomes stand in the document instead. */
async function runFixes(
  findings: readonly DoctorFinding[],
  flags: DoctorFlags,
  { io, world }: FixContext,
): Promise<readonly FixOutcome[]> {
  const isShown = flags.json !== true && flags.quiet !== true;
  const layout = layoutFor(io.stdout, io.env);
  const outcomes: FixOutcome[] = [];
  for (const fix of safeFixes(findings)) {
    if (isShown) await writeLines(io, formatFixCommands(fix, layout));
    const outcome = await runFix(fix, { env: world.env, signal: io.signal });
    if (isShown) await writeLines(io, [...formatOutcome(outcome, layout), '']);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function report(
  findings: readonly DoctorFinding[],
  outcomes: readonly FixOutcome[],
  { flags, io }: { readonly flags: DoctorFlags; readonly io: Io },
): Promise<void> {
  if (flags.json === true) {
    const fixes = outcomes.map(({ fix, done, reason }) => ({ commands: fix.commands, done, reason }));
    const exitCode = doctorExitCode(findings);
    await writeJson(io, { exitCode, findings, ...(flags.fix === true && { fixes }) });
    return;
  }
  const shown = flags.quiet === true ? findings.filter(({ severity }) => severity === 'error') : findings;
  const layout = layoutFor(io.stdout, io.env);
  const verdict = flags.quiet === true ? [] : ['', formatVerdict(findings, layout.paint)];
  await writeLines(io, [...formatFindings(shown, layout), ...verdict]);
}
