import { XbundleError } from '../errors.ts';

/** A platform in the names of the image spec, normalised by `normalizePlatform`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

/** Spellings of one architecture, as containerd's `normalizeArch` folds them (platforms/database.go). */
const ARCHITECTURES: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map([
  ['i386', ['386']],
  ['i486', ['386']],
  ['i586', ['386']],
  ['i686', ['386']],
  ['x86', ['386']],
  ['x86_64', ['amd64']],
  ['x86-64', ['amd64']],
  ['x64', ['amd64']],
  ['aarch64', ['arm64']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
  ['armv5', ['arm', 'v5']],
  ['armv5l', ['arm', 'v5']],
  ['armv6l', ['arm', 'v6']],
  ['armv7l', ['arm', 'v7']],
  ['armv8', ['arm64']],
]);

const KNOWN_ARCHITECTURES: ReadonlySet<string> = new Set(
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64 wasm'.split(
    ' ',
  ),
);

const KNOWN_OSES: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasi windows'.split(
    ' ',
  ),
);

const COMPONENT = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Folds spellings that mean the same machine: arm64 = arm64/v8, arm = arm/v7, amd64 = amd64/v1, macos = darwin.
 * v5, v6 and v7 of arm and v2 and up of amd64 stay apart; `os.version` is kept.
 */
export function normalizePlatform(platform: Platform): Platform {
  const os = normalizeOs(platform.os);
  const spelled = platform.architecture.toLowerCase();
  const [architecture, implied] = ARCHITECTURES.get(spelled) ?? [spelled];
  const variant = normalizeVariant(architecture, implied ?? (platform.variant?.toLowerCase() || undefined));
  const version = platform['os.version'];
  const features = platform['os.features'];
  return {
    os,
    architecture,
    ...(variant !== undefined && { variant }),
    ...(version && { 'os.version': version }),
    ...(features?.length && { 'os.features': [...features].sort() }),
  };
}

function normalizeOs(os: string): string {
  return os.toLowerCase() === 'macos' ? 'darwin' : os.toLowerCase();
}

function normalizeVariant(architecture: string, variant: string | undefined): string | undefined {
  if (architecture === 'arm64') return variant === 'v8' || variant === '8' ? undefined : variant;
  if (architecture === 'amd64') return variant === 'v1' ? undefined : variant;
  if (architecture !== 'arm') return variant;
  if (variant === undefined) return 'v7';
  return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}

/** What `formatPlatform` puts after the names: `:os.version` and `+feature` for each feature. */
const SUFFIXES = /^([^:+]*)(?::([A-Za-z0-9_.-]{1,128}))?((?:\+[A-Za-z0-9_.-]{1,64})*)$/;

/**
 * Parses `os/arch[/variant]` or `arch[/variant]`, with `:os.version` after it where wanted; an architecture alone
 * means linux. The result is normalised, and what `formatPlatform` writes is read back. Throws PLATFORM_INVALID
 * for anything that names no known operating system and architecture.
 */
export function parsePlatform(text: string): Platform {
  const [matched, names = '', version = '', features = ''] = SUFFIXES.exec(text.trim()) ?? [];
  if (matched === undefined) throw invalid(text);
  return normalizePlatform({
    ...parseNames(names, text),
    'os.version': version,
    'os.features': features.split('+').slice(1),
  });
}

function parseNames(names: string, text: string): Platform {
  const parts = names.split('/');
  if (parts.some((part) => !COMPONENT.test(part))) throw invalid(text);
  const startsWithOs = KNOWN_OSES.has(normalizeOs(parts[0] ?? ''));
  const [os = '', architecture, variant = '', ...rest] = startsWithOs ? parts : ['linux', ...parts];
  if (architecture === undefined) throw invalid(text, `which architecture of ${os}?`);
  // `amd64/linux`, or a slash for a comma: no variant is called like an operating system or architecture.
  if ([KNOWN_OSES, KNOWN_ARCHITECTURES].some((known) => known.has(variant))) throw invalid(text);
  const platform = normalizePlatform({ os, architecture, variant });
  if (rest.length > 0 || !KNOWN_ARCHITECTURES.has(platform.architecture)) throw invalid(text);
  return platform;
}

function invalid(
  text: string,
  hint = 'want os/arch[/variant] or arch, such as linux/arm64, arm/v7 or amd64',
): XbundleError {
  return new XbundleError(
    'PLATFORM_INVALID',
    `unknown platform ${JSON.stringify(text.slice(0, 80))}: ${hint}`,
  );
}

/** Parses a list of platforms, each once, in the order given. Items may hold commas themselves. */
export function parsePlatforms(items: readonly string[]): readonly Platform[] {
  const platforms = new Map<string, Platform>();
  for (const item of items.flatMap((entry) => entry.split(','))) {
    if (item.trim() === '') continue;
    const platform = parsePlatform(item);
    platforms.set(formatPlatform(platform), platform);
  }
  return [...platforms.values()];
}

/** `linux/arm64`, `linux/arm/v7`, `windows/amd64:10.0.20348.1`: one text per distinct platform, usable as a key. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalizePlatform(platform);
  const base = [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
  const version = platform['os.version'];
  const features = platform['os.features']?.length ? `+${[...platform['os.features']].sort().join('+')}` : '';
  return `${base}${version ? `:${version}` : ''}${features}`;
}

/**
 * Whether `platform` is what `wanted` asks for. Operating system, architecture and variant must be equal once
 * normalised; what `wanted` leaves out of `os.version` and `os.features` matches anything, so this is not symmetric.
 */
export function satisfies(platform: Platform, wanted: Platform): boolean {
  const have = normalizePlatform(platform);
  const want = normalizePlatform(wanted);
  if (have.os !== want.os || have.architecture !== want.architecture || have.variant !== want.variant)
    return false;
  if (want['os.version'] !== undefined && want['os.version'] !== have['os.version']) return false;
  const features = new Set(have['os.features'] ?? []);
  return (want['os.features'] ?? []).every((feature) => features.has(feature));
}

/** `unknown/unknown`, which BuildKit gives to attestation manifests. */
export function isUnknownPlatform(platform: Platform | undefined): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

/** A stable order for tables and documents. */
export function comparePlatforms(a: Platform, b: Platform): number {
  const [left, right] = [formatPlatform(a), formatPlatform(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
