import { LIMITS } from '../../limits.ts';
import { formatPlatform } from '../../model/index.ts';
import type { ArchFinding, ArchVerdict } from '../finding.ts';
import { compareFindings, stateOf } from '../finding.ts';
import { FileJudge } from './judge-files.ts';
import { judgeStart } from './judge-start.ts';
import { fileFinding, type JudgedImage } from './judged-image.ts';
import { startPath } from '../start/start-path.ts';
import { databaseArchitecture, DATABASES, PACKAGES } from '../layers/text-files.ts';
import { usualCauses } from './usual-cause.ts';

/**
 * Holds every program and library of an image against its platform. Pure. Images of other systems than Linux are
 * judged by their start path only.
 */
export function judgeImage(image: JudgedImage): ArchVerdict {
  const start = startPath(image);
  const started = judgeStart(image, start);
  if (image.platform.os !== 'linux') return verdict(started, { judged: start.programs.length, ignored: [] });
  const files = new FileJudge(image, new Set(start.programs.map(({ found }) => found.node)));
  files.judge();
  const findings = [
    ...started,
    ...files.findings,
    ...judgeDatabases(image, files),
    ...judgeWhole(image, files),
  ];
  return verdict(
    findings.map((finding) => withRules(finding, image, files)),
    files,
  );
}

function verdict(
  findings: readonly ArchFinding[],
  { judged, ignored }: Pick<ArchVerdict, 'judged' | 'ignored'>,
): ArchVerdict {
  const sorted = [...findings].sort(compareFindings);
  return {
    state: stateOf(sorted, judged),
    findings: sorted.slice(0, LIMITS.archFindings),
    unlisted: Math.max(0, sorted.length - LIMITS.archFindings),
    judged,
    ignored,
  };
}

function withRules(finding: ArchFinding, { layers }: JudgedImage, files: FileJudge): ArchFinding {
  if (finding.severity === 'info') return finding;
  const fromForeignBase = files.isForeign(0) && finding.layer === layers[0]?.digest;
  const rules = usualCauses(finding, { nothingNative: files.native === 0, fromForeignBase });
  return rules.length === 0 ? finding : { ...finding, rules };
}

/** What the package manager believes the machine to be; images without a shell have a file for each package. */
function judgeDatabases(image: JudgedImage, files: FileJudge): readonly ArchFinding[] {
  const { tree } = image;
  const [packaged] = tree.list(PACKAGES).flatMap(({ path }) => judgeDatabase(image, path, files));
  return [...DATABASES.flatMap((path) => judgeDatabase(image, path, files)), ...(packaged ? [packaged] : [])];
}

function judgeDatabase(image: JudgedImage, path: string, { allowed }: FileJudge): readonly ArchFinding[] {
  const file = image.tree.resolveFile(path);
  const found = file && databaseArchitecture(path, file.node.facts.text ?? '');
  if (file === undefined || found === undefined) return [];
  if (found === image.platform.architecture || allowed.has(found)) return [];
  const message = `the packages of /${path} are for ${found}, not ${formatPlatform(image.platform)}`;
  const finding = { code: 'package-database', tier: 2, severity: 'warning', message, found } as const;
  return [fileFinding(image, { path, node: file.node }, finding)];
}

/** An image of which nothing runs, wherever in it its programs lie. */
function judgeWhole(image: JudgedImage, { judged, native, foreign }: FileJudge): readonly ArchFinding[] {
  if (image.partial === true || judged === 0 || native > 0) return [];
  const expected = formatPlatform(image.platform);
  const starts = image.config.entrypoint.length + image.config.cmd.length > 0;
  return [
    {
      code: 'nothing-native',
      tier: 2,
      severity: starts && foreign === judged ? 'error' : 'warning',
      message: `none of its programs and libraries is for ${expected}`,
      expected,
      found: 'other architectures only',
    },
  ];
}
