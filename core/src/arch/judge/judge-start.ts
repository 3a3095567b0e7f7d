import { formatPlatform } from '../../model/index.ts';
import { allowedBy } from './allow-list.ts';
import { describeBinary, elfArchitecture } from '../binary/architecture.ts';
import { fitOf, windowsFit, type Fit } from './fit.ts';
import type { Binary } from '../binary/binary.ts';
import type { ArchFinding, ArchSeverity } from '../finding.ts';
import { fileFinding, type JudgedImage } from './judged-image.ts';
import type { StartGap, StartPath, StartProgram } from '../start/start-path.ts';

/** Tier 1: what runs when a container starts must be for the platform, and its loader must be there. */
export function judgeStart(image: JudgedImage, { programs, gaps }: StartPath): readonly ArchFinding[] {
  return [
    ...programs.flatMap((program) => judgeProgram(image, program)),
    ...(image.partial === true ? [] : gaps.map((gap) => judgeGap(image, gap))),
  ];
}

const SEVERITY: Readonly<Record<Fit, ArchSeverity | undefined>> = {
  native: undefined,
  compatible: 'warning',
  doubtful: 'warning',
  newer: 'warning',
  foreign: 'error',
  unjudged: 'error',
};

function judgeProgram(image: JudgedImage, { what, name, found }: StartProgram): readonly ArchFinding[] {
  const { binary } = found.node.facts;
  if (binary === undefined) return [];
  const fit = startFit(binary, image);
  const severity = isLevelOnly(binary, fit) ? 'info' : SEVERITY[fit];
  if (severity === undefined || isAllowed(image, found.path, binary)) return [];
  const got = describeBinary(binary);
  const message = `${what} starts ${name}, which is ${got}, not ${formatPlatform(image.platform)}`;
  return [fileFinding(image, found, { code: 'start-program', tier: 1, severity, message, found: got })];
}

function isAllowed({ allow = [] }: JudgedImage, path: string, binary: Binary): boolean {
  const architecture = binary.format === 'elf' ? elfArchitecture(binary) : undefined;
  return allowedBy(allow, path, architecture) !== undefined;
}

function startFit(binary: Binary, { platform }: JudgedImage): Fit {
  if (binary.format === 'script') return 'native';
  if (platform.os === 'windows')
    return binary.format === 'pe' ? portableFit(windowsFit(binary, platform)) : 'foreign';
  return binary.format === 'elf' ? fitOf(binary, platform) : 'foreign';
}

/** .NET code without a processor starts anywhere. */
function portableFit(fit: Fit): Fit {
  return fit === 'unjudged' ? 'native' : fit;
}

/** Whole distributions are built for x86-64-v2 and v3 and carry no variant: true, and no mistake. */
function isLevelOnly(binary: Binary, fit: Fit): boolean {
  return fit === 'newer' && binary.format === 'elf' && binary.x86Level !== undefined;
}

function judgeGap(image: JudgedImage, { what, name, by, kind }: StartGap): ArchFinding {
  const [code, severity] =
    kind === 'loader'
      ? (['loader-missing', 'error'] as const)
      : (['interpreter-missing', 'warning'] as const);
  const message = `${what} starts /${by.path}, whose ${kind} ${name} is not in the image`;
  return fileFinding(image, by, { code, tier: 1, severity, message, expected: name, found: 'nothing' });
}
