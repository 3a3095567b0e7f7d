/** Small projects that are built for real: components FROM a busybox base, on engines that no registry is needed for. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildReport, CellReport } from '@xbundle/core';
import { docker, toolEnvironment } from '../engine/docker.ts';
import type { Engine, Engines } from '../engine/index.ts';
import { startXbundle, xbundle, type CliOptions, type CliRun, type RunningCli } from './cli.ts';
import { imageNames, removeImages } from './engine-images.ts';
import { SAMPLE_PLATFORMS } from './sample-image.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/** A run of `xbundle build` and what it reports. */
export interface BuildRun extends CliRun {
  readonly report: BuildReport;
}

export interface BuildProject {
  /** Where the definition lies. */
  readonly directory: string;
  /** A new name for images of this project alone. */
  readonly prefix: string;
  /** The base image that its components start from. */
  readonly base: string;
  readonly env: Readonly<Record<string, string>>;
  write(path: string, text: string): Promise<void>;
  /** Runs `xbundle build ARGS --json` in the directory. */
  build(args?: readonly string[], options?: Pick<CliOptions, 'cwd' | 'env'>): Promise<BuildRun>;
  start(args: readonly string[]): RunningCli;
  close(): Promise<void>;
}

/** Makes an empty project whose base image the engine has for both platforms, or for one in a classic store. */
export async function makeBuildProject(
  engines: Engines,
  engine: Engine,
  suite: string,
): Promise<BuildProject> {
  const scratch = await makeScratch(suite);
  const directory = join(scratch, 'project');
  await mkdir(directory);
  const prefix = `${suite}-${Date.now().toString(36)}`;
  const base = `${prefix}/base:latest`;
  const env = {
    ...toolEnvironment(engine),
    XDG_STATE_HOME: join(scratch, 'state'),
    // Builders that a suite makes are its own.
    BUILDX_CONFIG: join(scratch, 'buildx'),
  };
  await buildBase(engines, engine, base);
  return {
    directory,
    prefix,
    base,
    env,
    write: async (path, text) => {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    },
    build: async (args = [], { cwd = directory, env: more = {} } = {}) => {
      const run = await xbundle(['build', ...args, '--json'], { cwd, env: { ...env, ...more } });
      return { ...run, report: reportOf(run) };
    },
    start: (args) => startXbundle(['build', ...args], { cwd: directory, env }),
    close: async () => {
      const own = (await imageNames(engine)).filter((name) => name.includes(prefix));
      if (own.length > 0) await removeImages(engine, own);
      await removeScratch(scratch);
    },
  };
}

async function buildBase({ baseContext }: Engines, engine: Engine, name: string): Promise<void> {
  const platform = engine.store === 'classic' ? 'linux/amd64' : SAMPLE_PLATFORMS.join();
  await docker(engine, [
    'buildx',
    'build',
    '--quiet',
    '--platform',
    platform,
    '--tag',
    name,
    baseContext.directory,
  ]);
}

function reportOf(run: CliRun): BuildReport {
  try {
    return JSON.parse(run.stdout) as BuildReport;
  } catch (cause) {
    throw new Error(`no report, exit code ${run.exitCode}: ${run.stdout}\n${run.stderr}`, { cause });
  }
}

/** `backend@linux/arm64 failed`, in the order of the plan. */
export function statesOf({ cells }: BuildReport): readonly string[] {
  return cells.map(({ id, state, kept }) => `${id} ${kept === true ? 'kept' : state}`);
}

export function cellOf({ cells }: BuildReport, id: string): CellReport {
  const cell = cells.find((each) => each.id === id);
  if (cell === undefined)
    throw new Error(`there is no cell ${id} among ${cells.map((each) => each.id).join(', ')}`);
  return cell;
}

/** The log file of a cell. */
export async function logOf(report: BuildReport, id: string): Promise<string> {
  return readFile(join(report.directory, cellOf(report, id).log ?? ''), 'utf8');
}

/** A Dockerfile that writes the machine it ran on, and runs `step` besides. */
export function dockerfile(base: string, step = 'true'): string {
  return [
    `FROM ${base}`,
    'RUN mkdir -p /etc && uname -m > /etc/arch',
    `RUN ${step}`,
    'CMD ["/bin/cat", "/etc/arch"]',
    '',
  ].join('\n');
}

/** A bake file of components in folders of the same names, for both platforms. */
export function bakeFile(prefix: string, components: readonly string[], more = ''): string {
  const targets = components.map(
    (name) =>
      `target "${name}" {\n  context = "${name}"\n  tags = ["${prefix}/${name}:v1"]\n  platforms = ["linux/amd64", "linux/arm64"]\n}`,
  );
  const list = components.map((name) => `"${name}"`).join(', ');
  return [`group "default" { targets = [${list}] }`, ...targets, more, ''].join('\n');
}
