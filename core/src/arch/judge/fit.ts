import { normalizePlatform, type Platform } from '../../model/index.ts';
import { elfArchitecture, peArchitecture } from '../binary/architecture.ts';
import type { ElfBinary, PeBinary } from '../binary/binary.ts';

/** How a binary fits a platform. */
export type Fit =
  | 'native'
  /** Runs there with its own loader and libraries: 386 on amd64. */
  | 'compatible'
  /** Runs on some machines of the platform: arm on arm64 (many processors have no AArch32), x32 on amd64. */
  | 'doubtful'
  /** Of the right architecture, but for a newer version of it than the platform promises. */
  | 'newer'
  | 'foreign'
  | 'unjudged';

const COMPATIBLE: ReadonlySet<string> = new Set(['386 on amd64']);
const DOUBTFUL: ReadonlySet<string> = new Set([
  ...['arm on arm64', 'arm64ilp32 on arm64', 'x32 on amd64', 'ppc on ppc64', 's390 on s390x'],
  ...['mips on mips64', 'mipsle on mips64le'],
]);

/** How an ELF file fits a Linux platform. */
export function fitOf(binary: ElfBinary, platform: Platform): Fit {
  const architecture = elfArchitecture(binary);
  if (architecture === undefined) return 'unjudged';
  if (architecture === platform.architecture) return isNewer(binary, platform) ? 'newer' : 'native';
  const pair = `${architecture} on ${platform.architecture}`;
  if (COMPATIBLE.has(pair)) return 'compatible';
  return DOUBTFUL.has(pair) ? 'doubtful' : 'foreign';
}

function isNewer({ armVersion, x86Level }: ElfBinary, platform: Platform): boolean {
  const { architecture, variant } = normalizePlatform(platform);
  const promised = Number(/^v(\d)$/.exec(variant ?? '')?.[1] ?? 1);
  if (architecture === 'arm') return armVersion !== undefined && armVersion > promised;
  if (architecture === 'amd64') return x86Level !== undefined && x86Level > promised;
  return false;
}

/** How a Windows program fits a Windows platform; arm64 Windows emulates what is for x86. */
export function windowsFit(binary: PeBinary, platform: Platform): Fit {
  const architecture = peArchitecture(binary);
  if (architecture === undefined) return 'unjudged';
  if (architecture === platform.architecture) return 'native';
  const emulated = architecture === '386' || (architecture === 'amd64' && platform.architecture === 'arm64');
  return emulated ? 'compatible' : 'foreign';
}
