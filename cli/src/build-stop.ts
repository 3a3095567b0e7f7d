import { resolve } from 'node:path';
import { buildFolder, requestStop, type BuildDefinition, type BuildFolder } from '@xbundle/core';
import type { Io } from './io.ts';
import type { CommonFlags } from './options.ts';
import { writeJson, writeLines } from './output/document.ts';

/** Where the runs of a definition are kept, whoever starts them. */
export function folderOf({ targets, directory }: BuildDefinition, { env }: Io): BuildFolder {
  const files = [...new Set(targets.map(({ place }) => resolve(directory, place.file)))];
  return buildFolder({ files, env });
}

interface Stopping {
  readonly flags: CommonFlags;
  readonly io: Io;
}

/** Asks the build of the same definition, wherever it runs, to do without some cells. */
export async function stopCells(
  definition: BuildDefinition,
  cells: readonly string[],
  { flags, io }: Stopping,
): Promise<number> {
  await requestStop(folderOf(definition, io), cells);
  if (flags.json === true) await writeJson(io, { stopping: cells });
  else if (flags.quiet !== true) await writeLines(io, [`stopping ${cells.join(', ')}`]);
  return 0;
}
