/**
 * The tools of the set as functions. All take an argument vector and throw execa's error (command, exit code,
 * stderr) on failure unless `allowFailure` is set; after an abort they throw the signal's reason.
 */
import { join } from 'node:path';
import type { ContainerdEngine, Engine, Tooling } from './facts.ts';
import type { CommandOptions, CommandResult } from './run.ts';
import { run, toolEnvironment } from './run.ts';

export type { CommandOptions, CommandResult } from './run.ts';
export { toolEnvironment } from './run.ts';

type Tool = (tooling: Tooling, args: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/** Runs docker against this engine: `docker(engines.classic, ['image', 'ls'])`. */
export function docker(
  engine: Engine,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runTool('docker', engine)(args, options);
}

/** Runs ctr in a namespace of its own in the containerd which this engine manages. */
export function ctr(
  engine: ContainerdEngine,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const target = ['--address', engine.containerdAddress, '--namespace', engine.containerdNamespace];
  return runTool('ctr', engine)([...target, ...args], options);
}

/** Its storage is empty at first, and shared by all tests of one start of the engines. */
export const podman: Tool = (tooling, args, options) => runTool('podman', tooling)(args, options);

export const skopeo: Tool = (tooling, args, options) => runTool('skopeo', tooling)(args, options);

/** Debian 13 does not have it: ask `'crane' in engines.versions` where the suite may be that one. */
export const crane: Tool = (tooling, args, options) => runTool('crane', tooling)(args, options);

export const oras: Tool = (tooling, args, options) => runTool('oras', tooling)(args, options);

function runTool(
  name: string,
  tooling: Tooling,
): (args: readonly string[], options?: CommandOptions) => Promise<CommandResult> {
  return (args, options = {}) => {
    const env = { ...toolEnvironment(tooling), ...options.env };
    return run(join(tooling.path, name), args, { ...options, env });
  };
}
