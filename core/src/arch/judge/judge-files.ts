import { formatPlatform } from '../../model/index.ts';
import { allowedBy, allowedReason } from './allow-list.ts';
import {
  describeBinary,
  elfArchitecture,
  readyToRunArchitecture,
  type Architecture,
} from '../binary/architecture.ts';
import { fitOf, type Fit } from './fit.ts';
import type { Binary, ElfBinary } from '../binary/binary.ts';
import type { Found, TreeFile } from '../layers/file-tree.ts';
import type { ArchFinding, ArchFindingCode, ArchIgnored, ArchSeverity, ArchTier } from '../finding.ts';
import { fileFinding, type JudgedFile, type JudgedImage } from './judged-image.ts';
import { judgeArchives } from './judge-archive.ts';
import { LibraryJudge } from './judge-library.ts';
import { isBaseFile, isLibrary, packagePlace } from './package-place.ts';
import { searchPath } from '../start/linux-system.ts';
import { DPKG_ARCHITECTURES, dpkgArchitectures } from '../layers/text-files.ts';

interface Assessment {
  readonly code: ArchFindingCode;
  readonly tier: ArchTier;
  readonly severity: ArchSeverity;
}

/** Tiers 2 to 4: every ELF file of the final image, apart from those of the start path. */
export class FileJudge {
  readonly findings: ArchFinding[] = [];
  /** Architectures that the image says it has besides its own. */
  readonly allowed: ReadonlySet<Architecture>;
  judged = 0;
  /** Of those, what is for the platform itself. */
  native = 0;
  /** Of those, what the platform does not run. */
  foreign = 0;
  readonly #image: JudgedImage;
  readonly #started: ReadonlySet<TreeFile>;
  readonly #onPath: ReadonlySet<TreeFile>;
  readonly #ignored = new Map<string, number>();
  readonly #nativeLayers = new Set<number>();
  readonly #foreignLayers = new Set<number>();

  constructor(image: JudgedImage, started: ReadonlySet<TreeFile>) {
    this.#image = image;
    this.#started = started;
    this.#onPath = filesOnPath(image);
    this.allowed = extraArchitectures(image);
  }

  get ignored(): readonly ArchIgnored[] {
    return [...this.#ignored].map(([reason, files]) => ({ reason, files })).sort((a, b) => b.files - a.files);
  }

  /** Whether a layer holds files for other machines and none for the platform. */
  isForeign(layer: number): boolean {
    return this.#foreignLayers.has(layer) && !this.#nativeLayers.has(layer);
  }

  judge(): void {
    const files = this.#collect();
    const libraries = new LibraryJudge(this.#image, files);
    for (const file of files) {
      if (file.fit === 'native') this.#judgeLoader(file);
      else this.#judgeFile(file, libraries);
    }
    const { findings, unread } = judgeArchives(this.#image);
    this.findings.push(...findings);
    if (unread > 0) this.#ignored.set('archives that are too large to look into', unread);
  }

  #judgeFile(file: JudgedFile, libraries: LibraryJudge): void {
    const assessed = this.#allowedReason(file) ?? this.#assess(file, libraries);
    if (typeof assessed === 'string') this.#ignore(assessed);
    else if (!this.#started.has(file.node)) this.findings.push(this.#finding(file, assessed));
  }

  /** A program of another C library in PATH, such as one for glibc on Alpine: "not found" when it is started. */
  #judgeLoader(file: JudgedFile): void {
    const { interpreter } = file.binary;
    const { tree, partial } = this.#image;
    if (interpreter === undefined || partial === true || !this.#isOnPath(file)) return;
    if (this.#started.has(file.node) || tree.resolveFile(interpreter) !== undefined) return;
    const message = `a program in PATH asks for the loader ${interpreter}, which is not in the image`;
    const finding = { code: 'loader-missing', tier: 2, severity: 'warning', message } as const;
    this.findings.push(
      fileFinding(this.#image, file, { ...finding, expected: interpreter, found: 'nothing' }),
    );
  }

  #isOnPath({ node }: JudgedFile): boolean {
    return node.facts.executable && this.#onPath.has(node);
  }

  /** Every file once, whatever its number of hard links. */
  #collect(): readonly JudgedFile[] {
    const seen = new Set<TreeFile>();
    const files: JudgedFile[] = [];
    for (const { path, node } of this.#image.tree.files()) {
      const { binary } = node.facts;
      if (binary === undefined || binary.format === 'script' || seen.has(node)) continue;
      seen.add(node);
      if (binary.format === 'elf') this.#enter({ path, node, binary }, files);
      else this.#ignore(foreignReason(binary, this.#image));
    }
    return files;
  }

  #enter(file: Found<TreeFile> & { readonly binary: ElfBinary }, files: JudgedFile[]): void {
    const architecture = elfArchitecture(file.binary);
    if (architecture === undefined) return;
    const fit = fitOf(file.binary, this.#image.platform);
    files.push({ ...file, architecture, fit });
    if (allowedBy(this.#image.allow ?? [], file.path, architecture) === undefined) this.#count(file, fit);
  }

  #count({ path, node }: Found<TreeFile>, fit: Fit): void {
    const isForeign = fit === 'foreign';
    if (isForeign && !this.#started.has(node) && allowedReason(path) !== undefined) return;
    this.judged++;
    if (isForeign) this.foreign++;
    if (fit === 'native' || fit === 'newer') this.native++;
    (isForeign ? this.#foreignLayers : this.#nativeLayers).add(node.layer);
  }

  /** Why a file may be foreign, wherever it stands. */
  #allowedReason({ path, architecture, fit }: JudgedFile): string | undefined {
    const rule = allowedBy(this.#image.allow ?? [], path, architecture);
    if (rule !== undefined) return `allowed: ${rule.reason}`;
    if (fit === 'foreign' && this.allowed.has(architecture)) return 'an architecture that dpkg knows of';
    return undefined;
  }

  #assess(file: JudgedFile, libraries: LibraryJudge): Assessment | string {
    const { path } = file;
    const reason = allowedReason(path);
    if (this.#isOnPath(file)) {
      return reason === EMULATOR ? reason : { code: 'path-program', tier: 2, severity: severityAt(2, file) };
    }
    if (isBaseFile(path) && !libraries.isSecondBase(file)) {
      return { code: 'base-library', tier: 2, severity: severityAt(2, file) };
    }
    return reason ?? assessOther(file, libraries);
  }

  #finding(file: JudgedFile, { code, tier, severity }: Assessment): ArchFinding {
    const found = describeBinary(file.binary);
    const message = `${WORDS[code] ?? 'a file'} is for ${found}, not ${formatPlatform(this.#image.platform)}`;
    return fileFinding(this.#image, file, { code, tier, severity, message, found });
  }

  #ignore(reason: string): void {
    this.#ignored.set(reason, (this.#ignored.get(reason) ?? 0) + 1);
  }
}

/** Why a file of another system may lie there; .NET code is in files of Windows everywhere. */
function foreignReason(binary: Binary, { platform }: JudgedImage): string {
  if (binary.format !== 'pe') return 'macOS programs';
  if (binary.portable) return '.NET code';
  const compiled = readyToRunArchitecture(binary);
  if (compiled === undefined) return 'Windows programs';
  return compiled === platform.architecture ? '.NET code' : '.NET code that is compiled again when it starts';
}

function assessOther(file: JudgedFile, libraries: LibraryJudge): Assessment | string {
  const { path, node, fit } = file;
  if (isLibrary(path) || packagePlace(path) !== undefined) {
    if (fit === 'foreign') return libraries.assess(file);
    return { code: 'library', tier: 3, severity: severityAt(3, file) };
  }
  if (node.facts.executable) return { code: 'program', tier: 4, severity: 'info' };
  return 'files that nobody can start';
}

const EMULATOR = 'an emulator of user programs';

const WORDS: Readonly<Partial<Record<ArchFindingCode, string>>> = {
  'base-library': 'a loader or C library',
  'path-program': 'a program in PATH',
  library: 'a library',
  'no-variant': 'a library that has no variant for this platform',
  program: 'a program',
};

/**
 * What runs on some machines only is said where a container starts, and elsewhere just noted; code for a newer arm
 * is a mistake wherever it lies. Levels of x86-64 are those of whole distributions.
 */
function severityAt(tier: 2 | 3, { fit, binary }: JudgedFile): ArchSeverity {
  if (fit === 'newer') return binary.armVersion === undefined ? 'info' : 'warning';
  if (fit !== 'foreign') return 'info';
  return tier === 2 ? 'error' : 'warning';
}

/** The files that a name alone starts; a directory of PATH may hold links to them. */
function filesOnPath({ tree, config }: JudgedImage): ReadonlySet<TreeFile> {
  const files = new Set<TreeFile>();
  for (const folder of searchPath(config)) {
    for (const { path } of tree.list(folder)) {
      const file = tree.resolveFile(path);
      if (file !== undefined) files.add(file.node);
    }
  }
  return files;
}

/**
 * What dpkg was told besides its own architecture. A list that lacks the platform's own is that of a wrong base,
 * and allows nothing.
 */
function extraArchitectures({ tree, platform }: JudgedImage): ReadonlySet<Architecture> {
  const text = tree.resolveFile(DPKG_ARCHITECTURES)?.node.facts.text ?? '';
  const listed = dpkgArchitectures(text);
  return new Set(listed.includes(platform.architecture) ? listed : []);
}
