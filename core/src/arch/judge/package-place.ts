/** The package of an interpreted language that a file belongs to. */
export interface PackagePlace {
  /** The directory of the package, without a slash at its end. */
  readonly folder: string;
  readonly kind: 'python' | 'node' | 'ruby' | 'java' | 'dotnet';
}

const PLACES: readonly { readonly kind: PackagePlace['kind']; readonly folder: RegExp }[] = [
  { kind: 'python', folder: /^.*(?:site|dist)-packages\/[^/]+/ },
  { kind: 'node', folder: /^.*node_modules\/(?:@[^/]+\/)?[^/]+/ },
  { kind: 'ruby', folder: /^.*(?:\/|^)(?:gems|extensions\/[^/]+\/[^/]+)\/[^/]+/ },
  { kind: 'java', folder: /^.*(?:\/|^)(?:jvm\/[^/]+|jre[^/]*|jdk[^/]*|java[^/]*)(?=\/)/ },
  { kind: 'dotnet', folder: /^.*(?:\/|^)dotnet\/[^/]+/ },
];

/** Undefined for a file that is in no package: then its own directory is what it belongs with. */
export function packagePlace(path: string): PackagePlace | undefined {
  for (const { kind, folder } of PLACES) {
    const [found] = folder.exec(path) ?? [];
    if (found !== undefined && found.length < path.length) return { kind, folder: found };
  }
  return undefined;
}

/** Whether a file is loaded into a process rather than started. */
export function isLibrary(path: string): boolean {
  return /\.(?:so(?:\.[0-9][^/]*)?|node)$/.test(path);
}

/** The loaders and C libraries of glibc, musl and uClibc. */
const BASE_NAMES =
  /^(?:ld(?:-[^/]*|64)?\.so(?:\.\d+)*|ld-(?:linux|musl|uClibc)[^/]*|libc(?:-[0-9.]+)?\.so(?:\.\d+)?|libc\.musl-[^/]*)$/;

/** Whether a file is a loader or C library in a place where the system looks for it. */
export function isBaseFile(path: string): boolean {
  const [, name] = /^(?:usr\/)?lib(?:32|64|x32)?\/(?:[a-z0-9_]+-linux-[a-z0-9]+\/)?([^/]+)$/.exec(path) ?? [];
  return name !== undefined && BASE_NAMES.test(name);
}
