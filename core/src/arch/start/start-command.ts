import type { RunConfig } from './run-config.ts';
import type { StartSystem } from './start-system.ts';

/** A command that the engine runs, and the word for it in a report. */
export interface StartCommand {
  readonly what: 'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK';
  readonly argv: readonly string[];
}

/** What starts a container of the image, and what asks whether it is healthy. */
export function startCommands(config: RunConfig, system: StartSystem): readonly StartCommand[] {
  const { entrypoint, cmd } = config;
  const started: StartCommand = {
    what: entrypoint.length > 0 ? 'ENTRYPOINT' : 'CMD',
    argv: system.words([...entrypoint, ...cmd], config),
  };
  const asked: StartCommand = { what: 'HEALTHCHECK', argv: healthcheck(config, system) };
  return [started, asked].filter(({ argv }) => argv.length > 0);
}

function healthcheck(
  { healthcheck: [kind, ...test], shell }: RunConfig,
  system: StartSystem,
): readonly string[] {
  if (kind === 'CMD') return test;
  if (kind !== 'CMD-SHELL') return [];
  return [...(shell.length > 0 ? shell : system.shell), ...test];
}
