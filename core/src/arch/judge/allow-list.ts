import type { Architecture } from '../binary/architecture.ts';

/** A kind of place where programs for other machines lie for good reason. */
interface AllowedPlace {
  readonly path: RegExp;
  readonly reason: string;
}

const TRIPLE = String.raw`(?:[a-z0-9_]+-)+(?:linux|elf|eabi|none|w64|pc|unknown|apple|freebsd|wasi|android|musl|gnu)[a-z0-9_-]*`;

/**
 * By Buildroot's support/scripts/check-bin-arch and what images of many kinds were found to hold. Files of the
 * start path are judged wherever they lie.
 */
const PLACES: readonly AllowedPlace[] = [
  { path: /^(?:usr\/)?lib\/(?:firmware|modules)\//, reason: 'firmware and kernel modules' },
  { path: /^(?:usr\/(?:lib|share)\/|lib\/)?(?:grub|syslinux|efi|EFI)\//, reason: 'boot loaders' },
  { path: /^boot\//, reason: 'boot loaders' },
  {
    path: /^usr\/(?:share|lib)\/(?:qemu|seabios|openbios|ovmf|OVMF|edk2|ipxe)/,
    reason: 'firmware of emulated machines',
  },
  { path: /^(?:usr\/)?lib\/guile\//, reason: 'bytecode of Guile' },
  { path: /^(?:usr\/)?lib\/debug\//, reason: 'debug information' },
  {
    path: /^usr\/share\/(?!.*\/(?:bin|lib|lib64|modules|node_modules|dotnet)\/)/,
    reason: 'data that all architectures share',
  },
  { path: /(?:^|\/)qemu-[a-z0-9_]+(?:-static)?$/, reason: 'an emulator of user programs' },
  { path: /(?:^|\/)rustlib\/[^/]+\//, reason: 'a Rust target' },
  { path: new RegExp(String.raw`^usr\/(?:local\/)?${TRIPLE}\/`), reason: 'a cross toolchain' },
  {
    path: new RegExp(String.raw`(?:^|\/)(?:gcc|gcc-cross|clang)\/(?:[^/]+\/)?${TRIPLE}\/`),
    reason: 'a cross toolchain',
  },
  { path: /(?:^|\/)(?:sysroots?|cross|toolchains?)\//, reason: 'a cross toolchain' },
  { path: /(?:^|\/)(?:libexec|lib)\/valgrind\//, reason: 'tools of valgrind' },
  { path: /(?:^|\/)(?:wine|proton)[^/]*\//, reason: 'Windows programs for Wine' },
  {
    path: /(?:^|\/)(?:testdata|test-?fixtures|fixtures|__fixtures__|test_data|test-data)\//,
    reason: 'test data',
  },
  { path: /(?:^|\/)(?:usr\/local\/go|go|golang[^/]*)\/(?:src|pkg|misc)\//, reason: 'the Go toolchain' },
  { path: /(?:^|\/)android-(?:sdk|ndk)[^/]*\//, reason: 'an Android toolchain' },
  { path: /(?:^|\/)(?:darwin|macos|osx|windows|win32|win64)\//i, reason: 'programs for another system' },
  { path: /\.(?:bpf|bpf\.o|ebpf|ko|ko\.[a-z]+|efi|debug|dwo)$/, reason: 'no program of the container' },
];

/** Why a foreign file may lie there; undefined where nothing says so. */
export function allowedReason(path: string): string | undefined {
  return PLACES.find((place) => place.path.test(path))?.reason;
}

/** A file or files that the user allows. */
export interface AllowRule {
  /** A path of the image with `*` within a name and `**` over several. */
  readonly path: string;
  /** Undefined: whatever it is made for. */
  readonly architecture?: Architecture;
  readonly reason: string;
}

/** The first rule that allows a file. */
export function allowedBy(
  rules: readonly AllowRule[],
  path: string,
  architecture: Architecture | undefined,
): AllowRule | undefined {
  return rules.find(
    (rule) =>
      (rule.architecture === undefined || rule.architecture === architecture) && glob(rule.path).test(path),
  );
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/^\/+/, '')
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => GLOBS[part] ?? part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`);
}

const GLOBS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' };
