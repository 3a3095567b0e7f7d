import { indexTar } from '../../tar/foreign-index.ts';
import type { ScratchFolder } from '../files/scratch-folder.ts';

/** What the index of a tar says of these bytes, as name -> content. */
export async function tarContents(
  scratch: ScratchFolder,
  bytes: Uint8Array,
): Promise<Record<string, string>> {
  const index = await indexTar(await scratch.save(bytes));
  return Object.fromEntries(
    [...index].map(([name, { offset, size }]) => [
      name,
      Buffer.from(bytes.subarray(offset, offset + size)).toString('latin1'),
    ]),
  );
}
