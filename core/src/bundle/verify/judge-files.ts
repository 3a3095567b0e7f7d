import { Buffer } from 'node:buffer';
import { messageOf } from '../../errors.ts';
import { digestOf } from '../../content/index.ts';
import { ENTRY_NAMES, type BundleFile } from '../format/format.ts';
import { checksumFile, composeForeignFiles, fileRecords } from '../format/front-matter.ts';
import type { Problem } from './problem.ts';
import type { BundleScan } from './scan.ts';

/** The files before the blobs must have the digests that the index lists, and those must follow from it. */
export function judgeFiles(scan: BundleScan): readonly Problem[] {
  return [...checksumProblems(scan), ...contentProblems(scan), ...recordProblems(scan)];
}

function checksumProblems({ files, head }: BundleScan): readonly Problem[] {
  const got = files.get(ENTRY_NAMES.indexChecksum) ?? new Uint8Array();
  if (Buffer.compare(got, checksumFile(head.indexBytes)) === 0) return [];
  const message = `${ENTRY_NAMES.indexChecksum} is not of this ${ENTRY_NAMES.index}: one of the two is damaged`;
  return [{ code: 'DIGEST', message }];
}

function contentProblems({ files, head }: BundleScan): readonly Problem[] {
  return head.index.files.flatMap(({ name, digest }) => {
    const real = digestOf(files.get(name) ?? new Uint8Array());
    if (real === digest) return [];
    const message = `${name} is damaged: its bytes have digest ${real}`;
    const offset = head.map.front.find((entry) => entry.name === name)?.contentOffset;
    return [{ code: 'DIGEST', message, ...(offset !== undefined && { offset }) } satisfies Problem];
  });
}

/** Where a manifest is damaged, what follows from it cannot be told; the damage is a problem already. */
function recordProblems({ documents, head }: BundleScan): readonly Problem[] {
  const { images, cells, files } = head.index;
  const readable = cells.every(({ manifest }) => manifest === undefined || documents.has(manifest.digest));
  if (!readable) return [];
  try {
    if (isSame(files, fileRecords(composeForeignFiles({ images, cells, documents })))) return [];
    const message = `${ENTRY_NAMES.ociIndex} or ${ENTRY_NAMES.dockerManifest} does not follow from the images and cells`;
    return [{ code: 'DOCUMENT', message }];
  } catch (error) {
    return [{ code: 'DOCUMENT', message: messageOf(error) }];
  }
}

function isSame(a: readonly BundleFile[], b: readonly BundleFile[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
