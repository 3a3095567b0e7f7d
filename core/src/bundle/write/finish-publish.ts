import { access, lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { XbundleError, isXbundleError, systemCode } from '../../errors.ts';
import { onPath, refuseExisting, refuseIrregular } from '../../files/index.ts';
import { Journal } from './journal.ts';
import { openBundle } from '../open.ts';
import { partialPaths, removePartial, type PartialTarget } from './partial-bundle.ts';

/**
 * Throws EXISTS for an output that is there already and may not be replaced, FILE_SYSTEM for a directory, pipe
 * or device. An output that an earlier run gave its name before it was killed is let pass, for `finishPublish`.
 */
export async function refuseOutput(output: string, overwrite: boolean): Promise<void> {
  await refuseIrregular(output);
  if (overwrite || (await wasPublished(output))) return;
  await refuseExisting(output);
}

/** Throws FILE_SYSTEM, before anything is made, for an output whose folder is not there. */
export async function refuseNoFolder(output: string): Promise<void> {
  const folder = dirname(output);
  try {
    await onPath(`writing ${output}`, folder, () => access(folder));
  } catch (error) {
    if (!isXbundleError(error) || systemCode(error.cause) !== 'ENOENT') throw error;
    throw new XbundleError(
      'FILE_SYSTEM',
      `writing ${output}: there is no directory ${folder}. Make it first`,
      {
        cause: error,
      },
    );
  }
}

/**
 * True when `output` is the wanted bundle already, because an earlier run was killed between giving the whole,
 * synced file its name and tidying up; what that run left is then removed.
 */
export async function finishPublish({ output, id }: PartialTarget): Promise<boolean> {
  const { journal } = partialPaths(output);
  const state = await onPath('reading', journal, () => Journal.read(journal, id));
  if (state === undefined || !(await wasPublished(output)) || (await idOf(output)) !== id) return false;
  await removePartial(output);
  return true;
}

/** A journal lies beside the output, and the partial file has become the output. */
async function wasPublished(output: string): Promise<boolean> {
  const paths = partialPaths(output);
  const [final, partial, journal] = await Promise.all(
    [output, paths.partial, paths.journal].map((path) => identityOf(path)),
  );
  return final !== undefined && journal !== undefined && (partial === undefined || partial === final);
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await onPath('looking at', path, () => lstat(path, { bigint: true }));
    return `${dev}:${ino}`;
  } catch (error) {
    if (isXbundleError(error) && systemCode(error.cause) === 'ENOENT') return undefined;
    throw error;
  }
}

async function idOf(path: string): Promise<string | undefined> {
  try {
    const bundle = await openBundle(path);
    await bundle.close();
    return bundle.head.id;
  } catch (error) {
    if (isXbundleError(error, 'BUNDLE_INVALID', 'DOCUMENT_INVALID', 'UNSUPPORTED')) return undefined;
    throw error;
  }
}
