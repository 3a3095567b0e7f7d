import { formatPlatform } from '../model/index.ts';
import { allowedBy } from './allow-list.ts';
import { describeBinary, elfArchitecture, fitOf } from './architecture.ts';
import type { Found, TreeFile } from './file-tree.ts';
import type { ArchFinding } from './finding.ts';
import { fileFinding, type JudgedImage } from './judged-image.ts';
import type { NestedLibrary } from './nested-archive.ts';

/** A finding for an archive that has native libraries for other machines only; none for one without any. */
export function judgeArchive(
  image: JudgedImage,
  file: Found<TreeFile>,
  libraries: readonly NestedLibrary[],
): readonly ArchFinding[] {
  const foreign = libraries.filter(({ binary }) => fitOf(binary, image.platform) === 'foreign');
  const [first] = foreign;
  // What a runtime may load besides, such as 386 on amd64, counts as there.
  if (first === undefined || foreign.length < libraries.length) return [];
  const architecture = elfArchitecture(first.binary);
  if (allowedBy(image.allow ?? [], file.path, architecture) !== undefined) return [];
  const found = [...new Set(foreign.map(({ binary }) => describeBinary(binary)))].join(', ');
  const message = `its native libraries, such as ${first.path}, are for ${found}, and none is for ${formatPlatform(image.platform)}`;
  return [fileFinding(image, file, { code: 'no-variant', tier: 3, severity: 'warning', message, found })];
}
