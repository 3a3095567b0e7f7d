import { isXbundleError, type ErrorCode } from '../../errors.ts';
import { childrenOf, type Bytes } from '../../content/index.ts';
import {
  formatPlatform,
  formatReference,
  parseManifest,
  satisfies,
  taggedName,
  type Cell,
  type Digest,
  type Platform,
  type Reference,
} from '../../model/index.ts';
import type { BundleCell, BundleIndex } from '../format/format.ts';
import { judge } from './judge.ts';
import { isIntegrityProblem, type Problem } from './problem.ts';
import { scanFile, scanStream, type BundleScan, type ScanOptions } from './scan.ts';

/** A contract given from outside the bundle. */
export interface OutsideContract {
  /** Images that must be there; undefined: those the bundle has. */
  readonly images?: readonly { readonly name: Reference; readonly platforms?: readonly Platform[] }[];
  /** Platforms each image must have, unless it says its own; undefined: those of the bundle's contract. */
  readonly platforms?: readonly Platform[];
}

export interface VerifyOptions extends ScanOptions {
  readonly contract?: OutsideContract | undefined;
}

/** What `verify` found; the shape of `verify --json`. */
export interface VerifyReport {
  /** Every cell of the contracts is there, whole and of its platform, and nothing of the bundle is damaged. */
  readonly complete: boolean;
  readonly integrity: 'ok' | 'failed';
  /** Integrity says nothing about who made the bundle. */
  readonly signed: false;
  /** Layers were left unread. */
  readonly quick: boolean;
  /** The digest of `xbundle.json`; absent when it could not be read. */
  readonly id?: Digest;
  readonly index?: BundleIndex;
  readonly cells: readonly Cell[];
  readonly problems: readonly Problem[];
}

/** Codes that say what is wrong with the input rather than with reading it. */
const FINDINGS: readonly ErrorCode[] = ['BUNDLE_INVALID', 'DOCUMENT_INVALID', 'DIGEST_INVALID'];

/**
 * Verifies every byte of a bundle, a file's path or a stream, against its own index and contract and against
 * one given from outside. Reports every problem. Throws only where the input cannot be read at all
 * (FILE_SYSTEM, INTERRUPTED) or is of a newer format or beyond a limit (UNSUPPORTED, LIMIT_EXCEEDED).
 */
export async function verifyBundle(
  bundle: string | Bytes,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const quick = options.quick === true;
  try {
    const scan =
      typeof bundle === 'string' ? await scanFile(bundle, options) : await scanStream(bundle, options);
    return report(scan, { quick, contract: options.contract });
  } catch (error) {
    if (!isXbundleError(error, ...FINDINGS)) throw error;
    const problems: readonly Problem[] = [{ code: 'NO_BUNDLE', message: error.message }];
    return { complete: false, integrity: 'failed', signed: false, quick, cells: [], problems };
  }
}

interface ReportContext {
  readonly quick: boolean;
  readonly contract: OutsideContract | undefined;
}

function report(scan: BundleScan, { quick, contract }: ReportContext): VerifyReport {
  const judged = judge(scan);
  const own = scan.head.index.cells.map((cell) => toCell(cell, { scan, problems: judged }));
  const outside = missingOutside(scan.head.index, contract);
  const cells = [...own, ...outside];
  const problems = [...judged, ...outside.map(toProblem)];
  const intact = !problems.some(isIntegrityProblem);
  return {
    complete: intact && cells.length > 0 && cells.every((cell) => cell.state === 'present'),
    integrity: intact ? 'ok' : 'failed',
    signed: false,
    quick,
    id: scan.head.id,
    index: scan.head.index,
    cells,
    problems,
  };
}

interface Judged {
  readonly scan: BundleScan;
  readonly problems: readonly Problem[];
}

/** A cell as all commands report it; one that a problem touches is wrong. */
function toCell(cell: BundleCell, judged: Judged): Cell {
  const fault = cell.state === 'present' ? faultOf(cell, judged) : undefined;
  const base = cellOf(cell);
  return fault === undefined ? base : { ...base, state: 'wrong', reason: fault };
}

function faultOf(cell: BundleCell, { scan, problems }: Judged): string | undefined {
  if (problems.length === 0) return undefined;
  const own = blobsOf(cell, scan);
  const fault = problems.find(
    ({ image, platform, digest }) =>
      (image === cell.image && (platform ?? cell.platform) === cell.platform) ||
      (digest !== undefined && own.has(digest)),
  );
  return fault?.message;
}

/** The cell's manifest and all that it names, as far as the manifest can be read. */
function blobsOf({ manifest }: BundleCell, { documents }: BundleScan): ReadonlySet<Digest> {
  if (manifest === undefined) return new Set();
  const bytes = documents.get(manifest.digest);
  if (bytes === undefined) return new Set([manifest.digest]);
  try {
    const document = parseManifest(bytes, manifest.mediaType, manifest.digest);
    return new Set([manifest.digest, ...childrenOf(document).map((child) => child.digest)]);
  } catch (error) {
    if (isXbundleError(error)) return new Set([manifest.digest]);
    throw error;
  }
}

/** A recorded cell in the shape that every command reports. */
export function cellOf({ manifest, config, ...rest }: BundleCell): Cell {
  return {
    ...rest,
    ...(manifest !== undefined && { digest: manifest.digest }),
    ...(config !== undefined && { config: config.digest }),
  };
}

/** The cells that a contract from outside has and the bundle does not know of. */
function missingOutside(index: BundleIndex, contract: OutsideContract | undefined): readonly Cell[] {
  if (contract === undefined) return [];
  return wantedImages(index, contract).flatMap(({ image, platforms }) => {
    const own = index.cells.filter((cell) => cell.image === image);
    if (platforms === undefined) return own.length > 0 ? [] : [absent(image, '*/*')];
    return platforms
      .filter((platform) => !own.some((cell) => answers(cell, platform)))
      .map((platform) => absent(image, formatPlatform(platform)));
  });
}

interface OutsideImage {
  readonly image: string;
  /** Undefined: whatever the bundle's own contract says. */
  readonly platforms: readonly Platform[] | undefined;
}

function wantedImages(index: BundleIndex, { images, platforms }: OutsideContract): readonly OutsideImage[] {
  if (images === undefined) return index.contract.map(({ image }) => ({ image, platforms }));
  return images.map((each) => ({
    image: formatReference(taggedName(each.name)),
    platforms: each.platforms ?? platforms,
  }));
}

/** A cell that is not there has only the text of its platform. */
function answers({ manifest, platform }: BundleCell, wanted: Platform): boolean {
  if (manifest?.platform !== undefined) return satisfies(manifest.platform, wanted);
  return platform === formatPlatform(wanted);
}

function absent(image: string, platform: string): Cell {
  return { image, platform, state: 'missing', reason: 'the bundle does not have it' };
}

function toProblem({ image, platform, reason }: Cell): Problem {
  return {
    code: 'CELL_MISSING',
    message: `${image} for ${platform}: ${reason ?? 'missing'}`,
    image,
    platform,
  };
}
