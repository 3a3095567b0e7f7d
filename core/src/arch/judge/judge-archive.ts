import { formatPlatform } from '../../model/index.ts';
import { allowedBy } from './allow-list.ts';
import { describeBinary, elfArchitecture } from '../binary/architecture.ts';
import { fitOf } from './fit.ts';
import { labelOf } from './family.ts';
import type { Found, TreeFile } from '../layers/file-tree.ts';
import type { ArchFinding } from '../finding.ts';
import { fileFinding, type JudgedImage } from './judged-image.ts';
import type { NestedLibrary } from '../layers/nested-archive.ts';

/** One archive with native libraries: a file of the image, or one within it. */
interface Archive {
  readonly file: Found<TreeFile>;
  /** The path of the file, and after `!/` that of the archive within it. */
  readonly name: string;
  readonly libraries: readonly NestedLibrary[];
  readonly isForeign: boolean;
}

export interface JudgedArchives {
  readonly findings: readonly ArchFinding[];
  /** Archives that were not looked into. */
  readonly unread: number;
}

/**
 * Jars and wheels hold libraries for many platforms on purpose, or there is one of them for each: wrong is one that
 * has some and none for this platform, without another of its kind that has.
 */
export function judgeArchives(image: JudgedImage): JudgedArchives {
  const files = [...image.tree.files()].filter(({ node }) => node.facts.nested !== undefined);
  const archives = files.flatMap((file) => archivesOf(file, image));
  const served = new Set(
    archives.filter(({ isForeign }) => !isForeign).map(({ name }) => labelOf(name).family),
  );
  const lacking = archives.filter(({ name, isForeign }) => isForeign && !served.has(labelOf(name).family));
  return {
    findings: lacking.flatMap((archive) => toFinding(image, archive)),
    unread: files.filter(({ node }) => node.facts.nested === 'too-large').length,
  };
}

function archivesOf(file: Found<TreeFile>, { platform }: JudgedImage): readonly Archive[] {
  const { nested } = file.node.facts;
  if (nested === undefined || nested === 'too-large') return [];
  const byArchive = new Map<string, NestedLibrary[]>();
  for (const library of nested) {
    const end = library.path.lastIndexOf('!/');
    const name = end === -1 ? file.path : `${file.path}!/${library.path.slice(0, end)}`;
    byArchive.set(name, [...(byArchive.get(name) ?? []), library]);
  }
  return [...byArchive].map(([name, libraries]) => ({
    file,
    name,
    libraries,
    // What a runtime may load besides, such as 386 on amd64, counts as there.
    isForeign: libraries.every(({ binary }) => fitOf(binary, platform) === 'foreign'),
  }));
}

function toFinding(image: JudgedImage, { file, libraries }: Archive): readonly ArchFinding[] {
  const [first] = libraries;
  if (first === undefined) return [];
  const architecture = elfArchitecture(first.binary);
  if (allowedBy(image.allow ?? [], file.path, architecture) !== undefined) return [];
  const found = [...new Set(libraries.map(({ binary }) => describeBinary(binary)))].join(', ');
  const message = `its native libraries, such as ${first.path}, are for ${found}, and none is for ${formatPlatform(image.platform)}`;
  return [fileFinding(image, file, { code: 'no-variant', tier: 3, severity: 'warning', message, found })];
}
