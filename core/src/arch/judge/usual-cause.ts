import type { ArchFinding } from '../finding.ts';

/** What is known when a cause is looked for. */
export interface CauseContext {
  /** Nothing in the image is for its platform. */
  readonly nothingNative: boolean;
  /** The file is of the first layer, which holds nothing for the platform. */
  readonly fromForeignBase: boolean;
}

/** Ids of `xbundle lint`. */
const FINAL_STAGE = 'XB003';
const COMPILED = 'XB004';
const FIXED_TARGET = 'XB005';
const DOWNLOADED = 'XB006';
const PACKAGES = 'XB008';
const CHILD_DIGEST = 'XB010';
const ARM_VARIANT = 'XB019';
const NATIVE_TUNING = 'XB023';

/** A base for the wrong machine looks the same whichever of these brought it. */
const BASE = [FINAL_STAGE, CHILD_DIGEST];

/** The lint rules that find the usual causes of a finding; none where no Dockerfile is the usual cause. */
export function usualCauses(finding: ArchFinding, context: CauseContext): readonly string[] {
  const { code } = finding;
  if (JUDGED_BY_CONTENT.has(code)) return [];
  if (context.nothingNative) return BASE;
  if (isNewer(finding)) return [finding.expected.startsWith('linux/arm') ? ARM_VARIANT : NATIVE_TUNING];
  if (code === 'package-database' || code === 'base-library') return context.fromForeignBase ? BASE : [];
  return isPackaged(finding) ? [PACKAGES] : programCauses(finding, context);
}

function isPackaged({ code, path = '' }: ArchFinding): boolean {
  return code === 'no-variant' || /packages\/|node_modules\/|\/gems\//.test(path);
}

const JUDGED_BY_CONTENT: ReadonlySet<ArchFinding['code']> = new Set([
  'loader-missing',
  'interpreter-missing',
]);

/** Of the right architecture, but of a newer version. */
function isNewer({ expected, found }: ArchFinding): boolean {
  return found.startsWith(`${expected.split('/')[1] ?? ''}/v`);
}

function programCauses(
  { createdBy = '' }: ArchFinding,
  { fromForeignBase }: CauseContext,
): readonly string[] {
  if (fromForeignBase) return BASE;
  if (/\b(?:curl|wget)\b|\bADD\s+(?:--\S+\s+)*https?:/.test(createdBy)) return [DOWNLOADED];
  if (/\b(?:rustup|cargo|rustc|dotnet publish)\b/.test(createdBy)) return [FIXED_TARGET];
  if (/\bgo (?:build|install)\b/.test(createdBy)) return [COMPILED];
  return /^(?:COPY|ADD)\b/.test(createdBy) ? [COMPILED, FIXED_TARGET] : [FIXED_TARGET];
}
