import type { Architecture } from './architecture.ts';

/** Names of architectures as packages and package managers write them, and what they mean. */
const SPELLINGS: Readonly<Record<string, Architecture>> = {
  '386': '386',
  aarch64: 'arm64',
  aarch_64: 'arm64',
  amd64: 'amd64',
  arm: 'arm',
  arm64: 'arm64',
  arm64v8: 'arm64',
  arm_32: 'arm',
  armel: 'arm',
  armhf: 'arm',
  armv5: 'arm',
  armv6: 'arm',
  armv6l: 'arm',
  armv7: 'arm',
  armv7a: 'arm',
  armv7l: 'arm',
  i386: '386',
  i586: '386',
  i686: '386',
  ia32: '386',
  loong64: 'loong64',
  loongarch64: 'loong64',
  loongarch_64: 'loong64',
  mips: 'mips',
  mips64el: 'mips64le',
  mips64le: 'mips64le',
  mipsel: 'mipsle',
  mipsle: 'mipsle',
  ppc64: 'ppc64',
  ppc64el: 'ppc64le',
  ppc64le: 'ppc64le',
  powerpc64le: 'ppc64le',
  ppcle_64: 'ppc64le',
  riscv64: 'riscv64',
  riscv64gc: 'riscv64',
  s390_64: 's390x',
  s390x: 's390x',
  x32: '386',
  x64: 'amd64',
  x86: '386',
  x86_32: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
};

/** The architecture that a name in small letters means; undefined for `all`, `noarch` and names that are not known. */
export function spelledArchitecture(name: string): Architecture | undefined {
  return Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined;
}
