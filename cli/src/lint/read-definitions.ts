import { readBuildDefinition, type BuildDefinition } from '@xbundle/core';
import type { Io } from '../io.ts';

/** Everything that definition files build, merged. In a file of its own: it is loaded where a definition is named. */
export function readDefinitions(files: readonly string[], { env, signal }: Io): Promise<BuildDefinition> {
  const targets = files.some((file) => file.endsWith('.hcl')) ? ['*'] : undefined;
  return readBuildDefinition({ files, targets }, { env, signal });
}
