import { stat } from 'node:fs/promises';
import type { CallOptions } from '../../../content/index.ts';
import { findEngineImage } from '../../../engine/index.ts';
import { XbundleError, systemCode } from '../../../errors.ts';
import { onPath } from '../../../files/index.ts';
import { formatPlatform, formatReference, satisfies, type Reference } from '../../../model/index.ts';
import type { BuildCell, CellOutput } from '../../build-plan.ts';
import type { BuildUnit } from '../../build-unit.ts';
import type { CellResult } from '../record/build-report.ts';
import type { CellContext } from './cell-context.ts';
import { checkCell } from './check-cell.ts';
import { readMetadata, type BuildMetadata } from './metadata-file.ts';

/** What a cell's places said when they were asked. */
export type ResultCheck =
  | { readonly state: 'done'; readonly results: readonly CellResult[]; readonly ref?: string }
  | { readonly state: 'failed' | 'wrong'; readonly reason: string };

type Answer =
  | { readonly state: 'done'; readonly result: CellResult }
  | { readonly state: 'failed' | 'wrong'; readonly reason: string };

/** After a build that says it went well: asks each place that a cell was built into what is there, by cells' ids. */
export async function askResults(
  unit: BuildUnit,
  context: CellContext,
  options: CallOptions = {},
): Promise<ReadonlyMap<string, ResultCheck>> {
  const metadata = (await readMetadata(context.record.metadataOf(unit.id))) ?? {};
  const question = { context, options, metadata, images: unit.cells.length };
  const checks = new Map<string, ResultCheck>();
  for (const cell of unit.cells) checks.set(cell.id, await askCell(cell, question));
  return checks;
}

async function askCell(cell: BuildCell, question: Question): Promise<ResultCheck> {
  const { ref } = question.metadata;
  const results: CellResult[] = [];
  for (const output of cell.settings.outputs) {
    const answer = await ask(output, cell, question);
    if (answer.state !== 'done') return answer;
    results.push(answer.result);
  }
  return { state: 'done', results, ...(ref !== undefined && { ref }) };
}

interface Question {
  readonly metadata: BuildMetadata;
  /** How many of them the command built. */
  readonly images: number;
  readonly context: CellContext;
  readonly options: CallOptions;
}

function ask(output: CellOutput, cell: BuildCell, question: Question): Promise<Answer> {
  switch (output.kind) {
    case 'oci':
      return askStore(cell, question);
    case 'engine':
      return askEngine(cell, output.tags, question);
    case 'local':
      return askDirectory(output.directory);
  }
}

async function askStore(
  { platform }: BuildCell,
  { metadata, images, context, options }: Question,
): Promise<Answer> {
  if (metadata.root === undefined) {
    return { state: 'failed', reason: 'buildx ended well, but names no result in its metadata file' };
  }
  return checkCell(metadata.root, { platform, images, from: context.store.blobs }, options);
}

async function askEngine(
  { platform }: BuildCell,
  tags: readonly Reference[],
  { context, options }: Question,
): Promise<Answer> {
  const client = await context.engine?.();
  const [first] = tags;
  if (client === undefined || first === undefined) {
    throw new XbundleError('INTERNAL', 'building into the engine: there is no engine, or no name');
  }
  const found = (await findEngineImage(client, first, options))?.cells[0];
  if (found?.config === undefined) {
    return { state: 'failed', reason: `the engine has no ${formatReference(first)}` };
  }
  if (!satisfies(found.platform, platform)) {
    const reason = `the engine's image is for ${formatPlatform(found.platform)}, not for ${formatPlatform(platform)}`;
    return { state: 'wrong', reason };
  }
  const names = tags.map(formatReference);
  return { state: 'done', result: { kind: 'engine', names, config: found.config } };
}

/** Files say no platform: that they are there is all that can be asked. */
async function askDirectory(directory: string): Promise<Answer> {
  const isThere = await onPath('looking at', directory, () => isDirectory(directory));
  if (isThere) return { state: 'done', result: { kind: 'local', directory } };
  return { state: 'failed', reason: `buildx ended well, but wrote no ${directory}` };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
