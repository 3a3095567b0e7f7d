import { plannedContent, usePlan, type ExportRequest } from '../bundle/index.ts';
import { checkContent, type CheckContentOptions } from './check-content.ts';
import type { ArchReport } from './report.ts';

/**
 * Checks images where they are, without keeping anything of them: a registry's and a file's layers are read as
 * they come, an engine's images are saved to a temporary file first. Throws what the sources give.
 */
export function checkImages(request: ExportRequest, options: CheckContentOptions): Promise<ArchReport> {
  const { signal, onProgress } = options;
  return usePlan(request, { signal, onProgress, archTags: false }, (plan) =>
    checkContent(plannedContent(plan, 'the images'), options),
  );
}
