import { Buffer } from 'node:buffer';
import { messageOf } from '../errors.ts';
import {
  contentSize,
  formatPlatform,
  isImageConfigType,
  isIndexType,
  isManifestType,
  parseImageConfig,
  parseManifest,
  type Descriptor,
  type Digest,
  type ManifestDocument,
} from '../model/index.ts';
import { OCI_LAYOUT_CONTENT, ENTRY_NAMES, type BundleCell, type BundleIndex } from './format.ts';
import { checksumFile, composeForeignFiles, fileRecords } from './front-matter.ts';
import { type Problem } from './problem.ts';
import { platformConflict } from './resolve-cell.ts';
import { type BundleScan } from './scan.ts';

/**
 * Judges what a scan found: are the files what the index says, does every image have all it refers to and
 * nothing else, is every cell what it claims to be. Pure; reports every problem.
 */
export function judge(scan: BundleScan): readonly Problem[] {
  const judgement = new Judgement(scan);
  judgement.checkFiles();
  for (const image of scan.head.index.images) judgement.walk(image.root, image.name);
  for (const cell of scan.head.index.cells) judgement.checkCell(cell);
  judgement.checkComplete();
  judgement.checkUnlisted();
  return [...scan.problems, ...judgement.problems];
}

class Judgement {
  readonly problems: Problem[] = [];
  readonly #scan: BundleScan;
  readonly #index: BundleIndex;
  readonly #sizes: ReadonlyMap<Digest, number>;
  /** Digests that some image refers to. */
  readonly #referred = new Set<Digest>();
  /** What is reachable from each image, for its cells. */
  readonly #byImage = new Map<string, Set<Digest>>();

  constructor(scan: BundleScan) {
    this.#scan = scan;
    this.#index = scan.head.index;
    this.#sizes = new Map(this.#index.blobs.map(({ digest, size }) => [digest, size]));
  }

  /** The files before the blobs follow from the index; each is made again and compared. */
  checkFiles(): void {
    const { files, documents, head } = this.#scan;
    const { images, cells } = this.#index;
    const expected = new Map<string, Uint8Array>([
      [ENTRY_NAMES.layout, Buffer.from(OCI_LAYOUT_CONTENT)],
      [ENTRY_NAMES.index, head.indexBytes],
      [ENTRY_NAMES.indexChecksum, checksumFile(head.indexBytes)],
    ]);
    const foreign = this.#attempt(undefined, () => composeForeignFiles({ images, cells, documents }));
    if (foreign !== undefined) {
      expected.set(ENTRY_NAMES.ociIndex, foreign.ociIndex);
      expected.set(ENTRY_NAMES.dockerManifest, foreign.dockerManifest);
      if (JSON.stringify(fileRecords(foreign)) !== JSON.stringify(this.#index.files)) {
        this.#add({
          code: 'DOCUMENT',
          message: `${ENTRY_NAMES.index} lists other digests for the files before the blobs`,
        });
      }
    }
    for (const [name, content] of expected) {
      const got = files.get(name);
      if (got !== undefined && Buffer.compare(got, content) === 0) continue;
      this.#add({ code: 'STRUCTURE', message: `${name} is not what ${ENTRY_NAMES.index} makes it` });
    }
  }

  /** Visits what an image refers to; whatever the bundle does not have is a problem. */
  walk(descriptor: Descriptor, image: string): void {
    const reached = this.#byImage.get(image) ?? new Set();
    this.#byImage.set(image, reached);
    if (reached.has(descriptor.digest)) return;
    reached.add(descriptor.digest);
    this.#referred.add(descriptor.digest);
    if (!this.#has(descriptor, image)) return;
    if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType)) return;
    const document = this.#parse(descriptor, image);
    if (document === undefined) return;
    const children = document.kind === 'index' ? document.manifests : [document.config, ...document.layers];
    for (const child of children) this.walk(child, image);
  }

  checkCell(cell: BundleCell): void {
    const { image, platform } = cell;
    if (cell.state !== 'present') {
      const code = cell.state === 'wrong' ? 'CELL_WRONG' : 'CELL_MISSING';
      this.#add({ code, message: `${image} for ${platform}: ${cell.reason ?? cell.state}`, image, platform });
      return;
    }
    const { manifest, config } = cell;
    const reached = this.#byImage.get(image);
    if (manifest === undefined || config === undefined || reached?.has(manifest.digest) !== true) {
      this.#add({
        code: 'DOCUMENT',
        message: `${image} does not lead to its manifest for ${platform}`,
        image,
        platform,
      });
      return;
    }
    const document = this.#parse(manifest, image);
    if (document?.kind !== 'manifest') return;
    if (
      document.config.digest !== config.digest ||
      contentSize([manifest, document.config, ...document.layers]) !== cell.size
    ) {
      this.#add({
        code: 'DOCUMENT',
        message: `the cell ${image} for ${platform} is not what its manifest says`,
        image,
        platform,
      });
    }
    this.#checkPlatform(cell, document.config);
  }

  /** `complete` and the contract must say what the cells say. */
  checkComplete(): void {
    const { cells, complete, contract } = this.#index;
    const wanted = contract.flatMap(({ image, platforms }) =>
      platforms.map((platform) => `${image} ${platform}`),
    );
    const listed = new Set(cells.map(({ image, platform }) => `${image} ${platform}`));
    const absent = wanted.filter((cell) => !listed.has(cell));
    if (absent.length > 0)
      this.#add({
        code: 'DOCUMENT',
        message: `the contract has cells that are not listed: ${absent.join(', ')}`,
      });
    const isComplete = cells.length > 0 && cells.every((cell) => cell.state === 'present');
    if (isComplete !== complete)
      this.#add({
        code: 'DOCUMENT',
        message: `"complete" is ${String(complete)}, the cells say ${String(isComplete)}`,
      });
  }

  checkUnlisted(): void {
    for (const { digest } of this.#index.blobs) {
      if (this.#referred.has(digest)) continue;
      this.#add({ code: 'BLOB_UNLISTED', message: `no image refers to the blob ${digest}`, digest });
    }
  }

  #checkPlatform({ image, platform, manifest }: BundleCell, descriptor: Descriptor): void {
    if (!isImageConfigType(descriptor.mediaType)) return;
    const bytes = this.#scan.documents.get(descriptor.digest);
    if (bytes === undefined) return;
    const config = this.#attempt(image, () => parseImageConfig(bytes, `config ${descriptor.digest}`));
    if (config === undefined) return;
    const wanted = manifest?.platform;
    const agrees = wanted !== undefined && formatPlatform(wanted) === platform;
    const conflict = agrees ? platformConflict(config, wanted) : 'is recorded under another platform';
    if (conflict === undefined) return;
    this.#add({ code: 'CELL_WRONG', message: `${image} for ${platform} ${conflict}`, image, platform });
  }

  #has({ digest, size }: Descriptor, image: string): boolean {
    const listed = this.#sizes.get(digest);
    if (listed === size) return true;
    const message =
      listed === undefined
        ? `${image} needs the blob ${digest}, which the bundle does not have`
        : `${image} says that ${digest} has ${size} bytes, the bundle has ${listed}`;
    this.#add({ code: 'BLOB_MISSING', message, image, digest });
    return false;
  }

  /** A damaged document is known already, by its digest. */
  #parse(descriptor: Descriptor, image: string): ManifestDocument | undefined {
    const bytes = this.#scan.documents.get(descriptor.digest);
    if (bytes !== undefined) {
      return this.#attempt(image, () =>
        parseManifest(bytes, descriptor.mediaType, `manifest ${descriptor.digest}`),
      );
    }
    const real = this.#scan.digests.get(descriptor.digest);
    if (real === undefined || real === descriptor.digest) {
      this.#add({
        code: 'DOCUMENT',
        message: `${descriptor.digest} is a manifest, but the index does not say so`,
        image,
      });
    }
    return undefined;
  }

  #attempt<T>(image: string | undefined, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#add({ code: 'DOCUMENT', message: messageOf(error), ...(image !== undefined && { image }) });
      return undefined;
    }
  }

  #add(problem: Problem): void {
    this.problems.push(problem);
  }
}
