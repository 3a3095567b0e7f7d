import { ArchChecker, type ArchCell, type ArchCheckOptions } from '../arch/index.ts';
import type { LookInside, ResolvedCell } from '../bundle/index.ts';
import {
  familiarReference,
  formatPlatform,
  formatReference,
  NOTES,
  taggedName,
  tell,
} from '../model/index.ts';
import { wrongReason, type CheckedCell } from './report.ts';

/** A check that an export or build runs on each image before it is written. */
export interface ExportCheck {
  /** For `lookInside` of the plan: cells with an error of tier 1 or 2 become wrong. */
  readonly lookInside: LookInside;
  /** What was found so far, in the order in which images were looked into. */
  readonly checked: readonly CheckedCell[];
}

/** Makes a check for one plan. Warnings of tiers 1 and 2 are told as notes. */
export function createExportCheck(options: ArchCheckOptions): ExportCheck {
  const checker = new ArchChecker(options);
  const checked: CheckedCell[] = [];
  const lookInside: LookInside = async (name, cells, { signal }) => {
    const pairs = cells.map((cell) => ({ cell, arch: toArchCell(cell) }));
    const verdicts = await checker.check(
      pairs.map(({ arch }) => arch),
      { signal },
    );
    const wrong = new Map<ResolvedCell, string>();
    for (const { cell, arch } of pairs) {
      const verdict = verdicts.get(arch);
      if (verdict === undefined) continue;
      const found: CheckedCell = {
        image: formatReference(taggedName(name)),
        platform: formatPlatform(cell.platform),
        manifest: cell.manifest.digest,
        ...verdict,
      };
      checked.push(found);
      tellWarnings(familiarReference(name), found, options);
      const reason = wrongReason(verdict);
      if (reason !== undefined) wrong.set(cell, reason);
    }
    return wrong;
  };
  return { lookInside, checked };
}

function toArchCell({ platform, manifest, config, layers, documents, content }: ResolvedCell): ArchCell {
  const bytes = documents.find(({ descriptor }) => descriptor.digest === config.digest)?.bytes;
  return { platform, manifest, layers, config: bytes ?? new Uint8Array(), content };
}

function tellWarnings(name: string, { platform, findings }: CheckedCell, options: ArchCheckOptions): void {
  for (const { message, path, tier, severity } of findings) {
    if (severity !== 'warning' || tier > 2) continue;
    const finding = path === undefined ? message : `${path}: ${message}`;
    const told = tell(NOTES, 'arch-warning', { image: name, platform, finding });
    options.onProgress?.({ type: 'note', level: 'warning', ...told });
  }
}
