import type { Architecture } from '../binary/architecture.ts';
import { spelledArchitecture } from '../binary/spellings.ts';

/** What stands beside an architecture in such names and changes with it. */
const COMPANIONS: ReadonlySet<string> = new Set(
  'linux linux32 linux64 linuxmusl linuxglibc darwin macos osx win32 windows freebsd android alpine gnu glibc musl gnueabi gnueabihf musleabi musleabihf eabi eabihf abi64 armv8 v6 v7 v8 unknown pc'.split(
    ' ',
  ),
);

/** Some names have their number apart, as the classifiers of Maven. */
const WORD = /x86[_-]64|(?:x86|arm)_32|(?:aarch|loongarch|ppcle|s390)_64|[A-Za-z0-9]+/g;

/** How a path speaks of architectures. */
export interface PathLabel {
  /** The path without what changes between architectures: equal for the variants of one file. */
  readonly family: string;
  /** The architecture that the path names; the last one where there are several. */
  readonly architecture?: Architecture;
}

/**
 * Tells the variants of one file apart from what they have in common, so that a package with a file for each
 * architecture (`prebuilds/linux-x64/`, `@img/sharp-linux-arm64/`, `.cpython-312-x86_64-linux-gnu.so`) is seen
 * as one.
 */
export function labelOf(path: string): PathLabel {
  let architecture: Architecture | undefined;
  const family = path.replace(WORD, (word) => {
    const folded = word.toLowerCase();
    const spelled = spelledArchitecture(folded);
    architecture = spelled ?? architecture;
    return spelled !== undefined || COMPANIONS.has(folded) ? '*' : word;
  });
  if (architecture === undefined) return { family: path };
  return { family: family.replace(/\*(?:[-_.]?\*)*/g, '*'), architecture };
}

/** The architecture that a Python extension's suffix names: an interpreter of another one does not load it. */
export function pythonSuffix(path: string): Architecture | undefined {
  const [, tag] = /\.(?:cpython|pypy)[^./]*-([a-z0-9_]+)-(?:linux|darwin)[^./]*\.so$/.exec(path) ?? [];
  return tag === undefined ? undefined : spelledArchitecture(tag);
}

/** The architecture that a wheel's platform tag names (`manylinux_2_17_aarch64`). */
export function wheelArchitecture(tag: string): Architecture | undefined {
  const [, name] = /^(?:manylinux|musllinux|linux|macosx|win).*?_(x86_64|[a-z0-9]+)$/.exec(tag) ?? [];
  return name === undefined ? undefined : spelledArchitecture(name);
}
