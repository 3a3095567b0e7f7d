import type { Architecture } from '../binary/architecture.ts';
import { labelOf, pythonSuffix, wheelArchitecture } from './family.ts';
import type { ArchFindingCode, ArchSeverity, ArchTier } from '../finding.ts';
import type { JudgedFile, JudgedImage } from './judged-image.ts';
import { isBaseFile, isLibrary, packagePlace } from './package-place.ts';
import { baseName } from '../layers/entry-path.ts';
import { wheelPlatforms } from '../layers/text-files.ts';

export interface LibraryAssessment {
  readonly code: ArchFindingCode;
  readonly tier: ArchTier;
  readonly severity: ArchSeverity;
}

interface Share {
  foreign: number;
  all: number;
}

/** Tier 3: libraries and packages, of which many hold files for several platforms on purpose. */
export class LibraryJudge {
  readonly #families: ReadonlySet<string>;
  /** Packages of Node with an addon that was compiled where they were installed: those that came along are not used. */
  readonly #compiled: ReadonlySet<string>;
  readonly #packages: ReadonlyMap<string, Share>;
  readonly #wheels: ReadonlyMap<string, Architecture>;
  readonly #hasBase: boolean;

  constructor(image: JudgedImage, files: readonly JudgedFile[]) {
    const native = files.filter(({ fit }) => fit === 'native' || fit === 'newer');
    this.#families = new Set(native.map(({ path }) => labelOf(path).family));
    this.#compiled = new Set(native.flatMap(({ path }) => compiledPackage(path) ?? []));
    this.#hasBase = native.some(({ path }) => isBaseFile(path));
    this.#packages = sharesOf(files);
    this.#wheels = foreignWheels(image);
  }

  /** A loader or C library in the directory of its own architecture, beside the platform's own: nobody mixes them up. */
  isSecondBase(file: JudgedFile): boolean {
    return this.#hasBase && labelOf(file.path).architecture === file.architecture;
  }

  /** A reason to leave a foreign library alone, or how bad it is. */
  assess(file: JudgedFile): LibraryAssessment | string {
    const { path, architecture } = file;
    const label = labelOf(path);
    const isVariant = label.architecture === architecture;
    const folder = packagePlace(path)?.folder ?? '';
    if (isVariant && (this.#families.has(label.family) || this.#compiled.has(folder))) {
      return 'variants for other platforms';
    }
    if (isVariant && pythonSuffix(path) === undefined && !isNamedFor(folder, architecture)) {
      return { code: 'no-variant', tier: 3, severity: 'warning' };
    }
    return { code: 'library', tier: 3, severity: this.#isCertain(file) ? 'error' : 'warning' };
  }

  /** Not a stray file, but a package that was installed for another machine. */
  #isCertain({ path, architecture }: JudgedFile): boolean {
    if (!isLibrary(path)) return false;
    if (pythonSuffix(path) === architecture) return true;
    const place = packagePlace(path);
    if (place === undefined) return false;
    if (isNamedFor(place.folder, architecture)) return true;
    if (this.#wheels.get(distributionKey(place.folder)) === architecture) return true;
    const { foreign, all } = this.#packages.get(place.folder) ?? { foreign: 0, all: 1 };
    return foreign / all > MOST;
  }
}

const MOST = 0.5;

/** Whether a package is for one architecture as a whole: `@img/sharp-linux-x64`, `nokogiri-1.18.0-x86_64-linux`. */
function isNamedFor(folder: string, architecture: Architecture): boolean {
  return labelOf(baseName(folder)).architecture === architecture;
}

function compiledPackage(path: string): string | undefined {
  const place = packagePlace(path);
  if (place?.kind !== 'node' || !isLibrary(path)) return undefined;
  return labelOf(path.slice(place.folder.length)).architecture === undefined ? place.folder : undefined;
}

function sharesOf(files: readonly JudgedFile[]): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const { path, fit } of files) {
    const folder = packagePlace(path)?.folder;
    if (folder === undefined) continue;
    const share = shares.get(folder) ?? { foreign: 0, all: 0 };
    share.all++;
    if (fit === 'foreign') share.foreign++;
    shares.set(folder, share);
  }
  return shares;
}

/** Python distributions whose wheel is for one other architecture, by the key of their package's folder. */
function foreignWheels({ tree, platform }: JudgedImage): ReadonlyMap<string, Architecture> {
  const wheels = new Map<string, Architecture>();
  for (const { path, node } of tree.files()) {
    if (node.facts.text === undefined || !path.endsWith('/WHEEL')) continue;
    const named = wheelPlatforms(node.facts.text).map(wheelArchitecture);
    const [architecture] = named;
    if (architecture === undefined || named.some((each) => each !== architecture)) continue;
    if (architecture === platform.architecture) continue;
    wheels.set(distributionKey(path.replace(/-[^/]*\.dist-info\/WHEEL$/, '')), architecture);
  }
  return wheels;
}

/** Names of distributions and of the folders they make differ in case and punctuation (PEP 503). */
function distributionKey(folder: string): string {
  const slash = folder.lastIndexOf('/');
  const name = folder.slice(slash + 1).replace(/\.libs$/, '');
  return `${folder.slice(0, slash)}/${name.toLowerCase().replace(/[-_.]+/g, '-')}`;
}
