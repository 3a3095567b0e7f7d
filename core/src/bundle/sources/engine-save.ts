import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isXbundleError } from '../../errors.ts';
import { mapConcurrent, type TransferOptions } from '../../content/index.ts';
import { saveImages, type EngineClient } from '../../engine/index.ts';
import { onPath } from '../../files/index.ts';
import { NOTES, tell, type Reference } from '../../model/index.ts';

export interface EngineSaveOptions extends TransferOptions {
  /** The private file to save into, on a disk with room for all of it; removed by `close`. */
  readonly spool: string;
}

/**
 * Saves the names into the private file and gives those that are in it: one that the engine has in part is left
 * out and told, because it would fail the save of all the others.
 */
export async function saveWhole(
  client: EngineClient,
  names: readonly Reference[],
  options: EngineSaveOptions,
): Promise<readonly Reference[]> {
  if (names.length === 0) return [];
  try {
    await saveInto(client, names, options);
    return names;
  } catch (error) {
    if (!isXbundleError(error, 'NOT_FOUND', 'INCOMPLETE')) throw error;
    const whole = await savable(client, names, options);
    if (whole.length === names.length) throw error;
    if (whole.length > 0) await saveInto(client, whole, options);
    return whole;
  }
}

/**
 * The names that the engine saves when asked for each alone. Each save is read to its end, which is dear but rare:
 * an engine finds out that it lacks a manifest only after it has sent the layers.
 */
async function savable(
  client: EngineClient,
  names: readonly Reference[],
  { signal, onProgress }: EngineSaveOptions,
): Promise<readonly Reference[]> {
  const asked = await mapConcurrent(names, { jobs: 2, signal }, async (name, combined) => {
    try {
      for await (const chunk of saveImages(client, [name], { signal: combined })) {
        onProgress?.({ type: 'bytes', bytes: chunk.byteLength });
      }
      return [name];
    } catch (error) {
      if (!isXbundleError(error, 'NOT_FOUND', 'INCOMPLETE')) throw error;
      onProgress?.({
        type: 'note',
        level: 'warning',
        ...tell(NOTES, 'not-saved', { reason: error.message }),
      });
      return [];
    }
  });
  return asked.flat();
}

async function saveInto(
  client: EngineClient,
  names: readonly Reference[],
  options: EngineSaveOptions,
): Promise<void> {
  const { spool: path, signal, onProgress } = options;
  onProgress?.({ type: 'phase', phase: 'save' });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await onPath('creating', path, () => open(path, flags, 0o600));
  try {
    for await (const chunk of saveImages(client, names, { signal })) {
      await onPath('writing', path, () => file.appendFile(chunk));
      onProgress?.({ type: 'bytes', bytes: chunk.byteLength });
    }
  } finally {
    await file.close();
  }
}
