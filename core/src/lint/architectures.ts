/** How projects call the architectures that images are built for, in file names, triples and paths. */
const SPELLINGS: readonly (readonly [architecture: string, spellings: readonly string[]])[] = [
  ['amd64', ['x86_64', 'x86-64', 'amd64', 'x64']],
  ['arm64', ['aarch64', 'arm64v8', 'arm64']],
  ['arm', ['armv7l', 'armv7', 'armv6', 'arm32v7', 'arm32v6', 'armhf', 'armel', 'arm']],
  ['386', ['i386', 'i686', '386']],
  ['ppc64le', ['ppc64le', 'powerpc64le', 'ppc64el']],
  ['s390x', ['s390x']],
  ['riscv64', ['riscv64gc', 'riscv64']],
];

const BY_SPELLING: ReadonlyMap<string, string> = new Map(
  SPELLINGS.flatMap(([architecture, spellings]) =>
    spellings.map((spelling): readonly [string, string] => [spelling, architecture]),
  ),
);

const WORD = new RegExp(
  `(?<![A-Za-z0-9])(?:${[...BY_SPELLING.keys()].sort((a, b) => b.length - a.length).join('|')})(?![A-Za-z0-9])`,
  'gi',
);

export interface ArchitectureWord {
  /** As BuildKit calls it. */
  readonly architecture: string;
  readonly text: string;
  readonly index: number;
}

/** The architectures that a text names as words of their own, such as in `tool-linux-amd64.tar.gz`. */
export function findArchitectures(text: string): readonly ArchitectureWord[] {
  return [...text.matchAll(WORD)].map((match) => ({
    architecture: BY_SPELLING.get(match[0].toLowerCase()) ?? '',
    text: match[0],
    index: match.index,
  }));
}

/** The first word of a text that names one architecture; undefined where it names none or several. */
export function onlyArchitecture(text: string): ArchitectureWord | undefined {
  const [first, ...more] = findArchitectures(text);
  return more.every(({ architecture }) => architecture === first?.architecture) ? first : undefined;
}

/** The architecture of one spelling. */
export function architectureOf(spelling: string): string | undefined {
  return BY_SPELLING.get(spelling.toLowerCase());
}

/** That of an image by its name: `arm64v8/python`, `lib/busybox-linux-amd64` or `python:3-arm64v8`. */
export function architectureOfImage(reference: string): string | undefined {
  const [name = ''] = reference.split('@');
  const tagStart = name.lastIndexOf(':');
  const hasTag = tagStart > name.lastIndexOf('/');
  const path = hasTag ? name.slice(0, tagStart) : name;
  const parts = path.split('/');
  const [, atEnd = ''] = /.-linux-(\w+)$/.exec(parts.at(-1) ?? '') ?? [];
  const byPath = [...parts.slice(0, -1), atEnd].map(architectureOf).find((each) => each !== undefined);
  if (byPath !== undefined) return byPath;
  return hasTag ? onlyArchitecture(name.slice(tagStart + 1))?.architecture : undefined;
}

/** What TARGETARCH may be. */
export const TARGET_ARCHITECTURES: ReadonlySet<string> = new Set(
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm'.split(' '),
);
