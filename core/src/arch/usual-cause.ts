import type { ArchFinding } from './finding.ts';

/** What is known when a cause is looked for. */
export interface CauseContext {
  /** Nothing in the image is for its platform. */
  readonly nothingNative: boolean;
  /** The first layer holds nothing for the platform. */
  readonly foreignBase: boolean;
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

/** The lint rule that finds the usual cause of a finding; undefined where no Dockerfile is the usual cause. */
export function usualCause(finding: ArchFinding, context: CauseContext): string | undefined {
  if (context.nothingNative) return FINAL_STAGE;
  switch (finding.code) {
    case 'start-program':
    case 'path-program':
      return versionCause(finding) ?? programCause(finding, context);
    case 'base-library':
    case 'package-database':
      return versionCause(finding) ?? (context.foreignBase ? CHILD_DIGEST : undefined);
    case 'library':
      return (
        versionCause(finding) ??
        (/packages\/|node_modules\/|\/gems\//.test(finding.path ?? '')
          ? PACKAGES
          : programCause(finding, context))
      );
    case 'no-variant':
      return PACKAGES;
    default:
      return undefined;
  }
}

/** Of the right architecture, but of a newer version. */
function versionCause({ expected, found }: ArchFinding): string | undefined {
  const [, architecture = ''] = expected.split('/');
  if (!found.startsWith(`${architecture}/v`)) return undefined;
  return architecture === 'arm' ? ARM_VARIANT : NATIVE_TUNING;
}

function programCause({ createdBy = '' }: ArchFinding, { foreignBase }: CauseContext): string {
  if (/\b(?:curl|wget)\b|\bADD\s+(?:--\S+\s+)*https?:/.test(createdBy)) return DOWNLOADED;
  if (/\b(?:rustup|cargo|rustc|dotnet publish)\b/.test(createdBy)) return FIXED_TARGET;
  if (/\bgo (?:build|install)\b/.test(createdBy) || /^(?:COPY|ADD)\b/.test(createdBy)) return COMPILED;
  return foreignBase ? CHILD_DIGEST : FIXED_TARGET;
}
