export { readAllowFile } from './allow-file.ts';
export { checkContent, type CheckableContent, type CheckContentOptions } from './check-content.ts';
export { checkImages } from './check-images.ts';
export { createExportCheck, type ExportCheck } from './export-check.ts';
export { wrongReason, type ArchReport, type CheckedCell } from './report.ts';
