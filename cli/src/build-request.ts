import {
  XbundleError,
  dockerfileDefinition,
  readBuildDefinition,
  type BuildDefinition,
  type DockerEnvironment,
} from '@xbundle/core';
import type { Io } from './io.ts';

/** What a command line says of what is to be built. */
export interface BuildRequestFlags {
  readonly file?: readonly string[];
  readonly set?: readonly string[];
  readonly tag?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly buildContext?: readonly string[];
  readonly target?: string;
  readonly secret?: readonly string[];
  readonly ssh?: readonly string[];
  readonly label?: readonly string[];
}

/** Flags that are about one Dockerfile, and say nothing without `--tag`. */
const SINGLE_FLAGS = ['buildArg', 'buildContext', 'target', 'secret', 'ssh', 'label'] as const;

/**
 * Reads what is to be built. With `--tag` it is one Dockerfile: the argument is its context and `--file` the
 * Dockerfile; otherwise the arguments are components of the definition that `--file` names. Throws USAGE for what
 * does not go together, and the errors of `readBuildDefinition`.
 */
export async function readBuildRequest(
  names: readonly string[],
  flags: BuildRequestFlags,
  { env, signal }: { readonly env: DockerEnvironment; readonly signal: Io['signal'] },
): Promise<BuildDefinition> {
  if (flags.tag !== undefined) return singleDockerfile(names, flags, flags.tag);
  const useless = SINGLE_FLAGS.find((flag) => flags[flag] !== undefined);
  if (useless !== undefined) {
    const option = `--${useless.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new XbundleError(
      'USAGE',
      `building: ${option} is for one Dockerfile. Name its image with -t, or change a component with --set TARGET.KEY=VALUE`,
    );
  }
  return readBuildDefinition({ files: flags.file, targets: names, set: flags.set }, { env, signal });
}

function singleDockerfile(
  [context = '.', ...others]: readonly string[],
  flags: BuildRequestFlags,
  tags: readonly string[],
): BuildDefinition {
  const [file, ...files] = flags.file ?? [];
  if (others.length > 0 || files.length > 0) {
    throw new XbundleError('USAGE', 'building one Dockerfile: want one context and at most one -f');
  }
  if (flags.set !== undefined) {
    throw new XbundleError('USAGE', 'building one Dockerfile: --set is for bake and compose files');
  }
  const { target, secret, ssh } = flags;
  return dockerfileDefinition({
    context,
    file,
    tags,
    args: pairs('--build-arg', flags.buildArg),
    contexts: pairs('--build-context', flags.buildContext),
    labels: pairs('--label', flags.label),
    ...(target !== undefined && { target }),
    ...(secret !== undefined && { secrets: secret }),
    ...(ssh !== undefined && { ssh }),
  });
}

function pairs(option: string, items: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    items.map((item) => {
      const equals = item.indexOf('=');
      if (equals > 0) return [item.slice(0, equals), item.slice(equals + 1)];
      throw new XbundleError('USAGE', `${option} ${item}: want KEY=VALUE`);
    }),
  );
}
