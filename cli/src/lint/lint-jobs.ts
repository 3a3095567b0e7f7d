import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import process from 'node:process';
import {
  LIMITS,
  XbundleError,
  fileError,
  isIgnoredFile,
  lintDockerfile,
  mergeReports,
  parsePlatforms,
  type BuildDefinition,
  type LintConfig,
  type LintOptions,
  type LintReport,
} from '@xbundle/core';
import type { Io } from '../io.ts';
import { platformList } from '../options.ts';
import { findDockerfiles } from './find-dockerfiles.ts';

export interface JobFlags {
  /** Definition files, which are merged. */
  readonly file?: readonly string[];
  readonly platform?: readonly string[];
}

type BuildTarget = BuildDefinition['targets'][number];

/** One Dockerfile, linted once for each way it is built. */
export interface LintJob {
  /** As it is shown: relative to the current directory where it lies below it. */
  readonly file: string;
  readonly text: string;
  /** Where it can be written back; undefined for one that a definition holds itself. */
  readonly path?: string;
  readonly variants: readonly LintOptions[];
}

/** A Dockerfile with all that was found in it. */
export interface Linted {
  readonly job: LintJob;
  readonly report: LintReport;
}

/** Lints a Dockerfile for every way it is built. */
export function lintJob({ file, text, variants }: LintJob): LintReport {
  const reports = variants.map((variant) => lintDockerfile(text, variant));
  return mergeReports(reports) ?? { file, findings: [], ignored: [] };
}

export interface JobContext {
  readonly flags: JobFlags;
  readonly config: LintConfig | undefined;
  readonly io: Io;
}

/** What the command line asks to be linted. Throws NOT_FOUND when there is no Dockerfile. */
export async function findJobs(paths: readonly string[], context: JobContext): Promise<readonly LintJob[]> {
  const { flags, config } = context;
  const jobs =
    flags.file === undefined
      ? await jobsOfPaths(paths, context)
      : await jobsOfDefinition(flags.file, context);
  const wanted = jobs.filter(({ file }) => config === undefined || !isIgnoredFile(withSlashes(file), config));
  if (jobs.length > 0) return wanted;
  throw new XbundleError(
    'NOT_FOUND',
    `linting ${(flags.file ?? paths).join(', ')}: there is no Dockerfile. Name one, or a definition with -f`,
  );
}

function withSlashes(path: string): string {
  return path.split(sep).join('/');
}

async function jobsOfPaths(
  paths: readonly string[],
  { flags, config, io }: JobContext,
): Promise<readonly LintJob[]> {
  const found = await Promise.all(paths.map((path) => findDockerfiles(path, io.signal)));
  const platforms = platformList(flags.platform) ?? configPlatforms(config);
  return Promise.all(
    [...new Set(found.flat())].map(async (path) => {
      const file = shownPath(path);
      return { file, path, text: await readDockerfile(path), variants: [{ file, platforms, config }] };
    }),
  );
}

function configPlatforms(config: LintConfig | undefined): LintOptions['platforms'] {
  return config?.platforms && parsePlatforms(config.platforms);
}

/** `readFile` after a look at the size: a Dockerfile is never this long. */
async function readDockerfile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= LIMITS.dockerfileBytes) return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError('reading', path, error);
  }
  throw new XbundleError(
    'LIMIT_EXCEEDED',
    `reading ${path}: it has more than ${LIMITS.dockerfileBytes} bytes; a Dockerfile is shorter`,
  );
}

function shownPath(path: string): string {
  const below = relative(process.cwd(), resolve(path));
  return below.startsWith('..') || below === '' ? path : below;
}

/** The Dockerfiles of a definition, each with the arguments, platforms and stages that its components use. */
async function jobsOfDefinition(files: readonly string[], context: JobContext): Promise<readonly LintJob[]> {
  const { readDefinitions } = await import('./read-definitions.ts');
  return jobsOfBuild(await readDefinitions(files, context.io), context);
}

/** The same of a definition that has been read. */
export async function jobsOfBuild(
  definition: BuildDefinition,
  context: JobContext,
): Promise<readonly LintJob[]> {
  const jobs = new Map<string, LintJob>();
  for (const target of definition.targets) {
    const job = await jobOfTarget(target, definition, context);
    if (job === undefined) continue;
    const key = job.path ?? job.file;
    const known = jobs.get(key);
    jobs.set(key, known === undefined ? job : { ...known, variants: [...known.variants, ...job.variants] });
  }
  return [...jobs.values()];
}

async function jobOfTarget(
  target: BuildTarget,
  definition: BuildDefinition,
  { flags, config }: JobContext,
): Promise<LintJob | undefined> {
  const platforms =
    platformList(flags.platform) ?? target.platforms ?? definition.platforms ?? configPlatforms(config);
  const variant = { platforms, config, buildArgs: target.args, target: target.stage };
  if (target.dockerfileInline !== undefined) {
    const file = `${shownPath(target.place.file)}#${target.name}`;
    return { file, text: target.dockerfileInline, variants: [{ ...variant, file }] };
  }
  if (target.context.includes('://') || /^git@|\.git(#|$)/.test(target.context)) return undefined;
  const path = target.dockerfile ?? join(target.context, 'Dockerfile');
  const file = shownPath(path);
  return { file, path, text: await readDockerfile(path), variants: [{ ...variant, file }] };
}
