import { InvalidArgumentError, Option, type Command } from 'commander';
import { parsePlatforms, type Platform } from '@xbundle/core';
import { PROGRESS_MODES, type ProgressMode } from './output/progress.ts';

/** What every command takes. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly progress: ProgressMode;
}

/** How registries and the engine are reached. */
export interface ClientFlags {
  readonly plainHttp?: readonly string[];
  readonly caFile?: readonly string[];
  readonly trustRealm?: readonly string[];
  readonly host?: string;
  readonly timeout: string;
}

/**
 * Lists split on commas and repeat. An item of nothing is refused: it is what a script's unset variable leaves,
 * and without it a contract would ask for less than was meant.
 */
export function collectList(value: string, previous: readonly string[] = []): readonly string[] {
  const items = value.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidArgumentError('It has an item of nothing. Is a variable unset?');
  return [...previous, ...items];
}

/** A list whose items may hold commas: it only repeats. */
export function collectValues(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

export function platformList(items: readonly string[] = []): readonly Platform[] | undefined {
  return items.length === 0 ? undefined : parsePlatforms(items);
}

export function addCommonOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'print nothing but errors and, with --json, the document')
    .addOption(new Option('-v, --verbose', 'tell each blob as it is done').conflicts('quiet'))
    .addOption(
      new Option('--progress <mode>', 'how to show progress on stderr')
        .choices(PROGRESS_MODES)
        .default('auto'),
    );
}

export function addClientOptions(command: Command): Command {
  return command
    .optionsGroup('Registries and engine:')
    .option(
      '--plain-http <host>',
      'speak HTTP, not HTTPS, to this registry (loopback hosts are by default)',
      collectList,
    )
    .option('--ca-file <file>', 'trust the certificates in this PEM file as well', collectValues)
    .option('--trust-realm <host>', 'let this host issue tokens for registries', collectList)
    .option(
      '--timeout <seconds>',
      'give a transfer from or to a registry up that brings nothing for so long',
      '60',
    )
    .option('-H, --host <url>', 'the Docker Engine to use (default: the one the docker command uses)');
}

export function platformOption(description: string): Option {
  return new Option('-p, --platform <list>', description).argParser(collectList);
}

/** What of an image's content is held against its platform. */
export function archCheckOption(): Option {
  return new Option(
    '--arch-check <depth>',
    'hold against its platform: documents and layers that platforms share, or all',
  )
    .choices(['off', 'quick', 'full'])
    .default('quick');
}
