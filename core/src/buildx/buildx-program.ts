import { access, constants, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { shape } from '../model/index.ts';

/** Variables by name, as a process has them. */
export type DockerEnvironment = Readonly<Record<string, string | undefined>>;

const configShape = shape.looseObject<{ readonly cliPluginsExtraDirs?: readonly string[] }>({
  cliPluginsExtraDirs: shape.optional(shape.list(shape.text())),
});

/** A program and its arguments. */
export interface StartedProgram {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * What to start for `docker ARGS`. For `docker buildx` it is the plugin itself: docker starts it twice for each
 * command, once to ask what it is, and that is more work than the rest of a build whose steps are all cached. Where
 * it is in none of the places that docker looks into, it is docker's to find it.
 */
export async function dockerProgram(
  args: readonly string[],
  env: DockerEnvironment = process.env,
): Promise<StartedProgram> {
  const plugin = args[0] === 'buildx' ? await findBuildx(env) : undefined;
  return plugin === undefined ? { file: 'docker', args } : { file: plugin, args: args.slice(1) };
}

async function findBuildx(env: DockerEnvironment): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'docker-buildx.exe' : 'docker-buildx';
  for (const directory of await pluginDirectories(env)) {
    const file = join(directory, name);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

/** In docker's order (docker/cli cli-plugins/manager). */
async function pluginDirectories(env: DockerEnvironment): Promise<readonly string[]> {
  const config = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
  return [...(await extraDirectories(config)), join(config, 'cli-plugins'), ...systemDirectories(env)];
}

async function extraDirectories(config: string): Promise<readonly string[]> {
  try {
    const text = await readFile(join(config, 'config.json'), 'utf8');
    return configShape(JSON.parse(text)).cliPluginsExtraDirs ?? [];
  } catch {
    // No settings, or such as docker itself complains of.
    return [];
  }
}

function systemDirectories(env: DockerEnvironment): readonly string[] {
  if (process.platform !== 'win32')
    return ['local/lib', 'local/libexec', 'lib', 'libexec'].map((path) => `/usr/${path}/docker/cli-plugins`);
  return [env['ProgramData'], env['ProgramFiles']].flatMap((path) =>
    path === undefined ? [] : [join(path, 'Docker', 'cli-plugins')],
  );
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
