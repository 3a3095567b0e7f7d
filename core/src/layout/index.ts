export { openArchive, type OpenArchiveOptions } from './archive-source.ts';
export { createBlobDirectory } from './blob-directory.ts';
export { type LayoutSource } from './layout-source.ts';
export { createLayoutTarget } from './layout-target.ts';
export { openLayout } from './oci-layout-source.ts';
