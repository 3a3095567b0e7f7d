import { afterAll } from 'vitest';
import { createScratchFolder, type ScratchFolder } from './scratch-folder.ts';

/** A scratch folder for a test file, gone after its last test. */
export async function useScratchFolder(): Promise<ScratchFolder> {
  const scratch = await createScratchFolder();
  afterAll(() => scratch.remove());
  return scratch;
}
