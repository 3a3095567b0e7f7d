import { openArchive, openLayout, type LayoutSource } from '../../layout/index.ts';
import { tarOfFiles, writeFiles } from '../images/image-archives.ts';
import type { RawTarEntry } from '../images/raw-tar.ts';
import type { ScratchFolder } from './scratch-folder.ts';

/** Opens files as a source of images. */
export type OpenFiles = (scratch: ScratchFolder, files: readonly RawTarEntry[]) => Promise<LayoutSource>;

export const openFilesAsLayout: OpenFiles = async (scratch, files) => {
  const folder = scratch.fresh();
  await writeFiles(folder, files);
  return openLayout(folder);
};

export const openFilesAsArchive: OpenFiles = async (scratch, files) =>
  openArchive(await scratch.save(tarOfFiles(files)));
