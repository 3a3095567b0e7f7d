import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { digestOf, hasherFor, type Bytes, type TransferOptions } from '../../content/index.ts';
import { throwIfAborted } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { RangeHasher, readBytes, type HashOptions } from '../../files/index.ts';
import { digestAlgorithm, toDigest, type Digest } from '../../model/index.ts';
import type { PlacedEntry } from '../../tar/index.ts';
import { ByteReader } from '../format/byte-reader.ts';
import type { BundleBlob } from '../format/format.ts';
import { readHead, type BundleHead } from '../format/head.ts';
import { openRegularFile } from '../open.ts';
import type { Problem } from './problem.ts';
import { gapsOf, type Gap } from '../format/skeleton.ts';

export interface ScanOptions extends TransferOptions {
  /** Leave layers unread: structure, sizes and documents only. */
  readonly quick?: boolean | undefined;
}

/** All that the bytes of a bundle say, before it is judged. */
export interface BundleScan {
  readonly head: BundleHead;
  /** Content of the files before the blobs, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The real digest of each blob that was read. */
  readonly digests: ReadonlyMap<Digest, Digest>;
  /** Blobs that are manifests, indexes or configs and have their digest. */
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
  readonly problems: readonly Problem[];
}

interface Findings {
  readonly files: Map<string, Uint8Array>;
  readonly digests: Map<Digest, Digest>;
  readonly documents: Map<Digest, Uint8Array>;
  readonly problems: Problem[];
}

/** Problems in the order of the bytes, so that a file and a stream of the same bytes give the same report. */
function toScan(head: BundleHead, findings: Findings): BundleScan {
  const problems = findings.problems.sort(
    (a, b) => (a.offset ?? 0) - (b.offset ?? 0) || (a.code < b.code ? -1 : 1),
  );
  return { head, ...findings, problems };
}

function noFindings(): Findings {
  return { files: new Map(), digests: new Map(), documents: new Map(), problems: [] };
}

/** Reads a whole bundle file, hashing on several cores. Throws what `readHead` does; all else is a problem. */
export async function scanFile(path: string, options: ScanOptions = {}): Promise<BundleScan> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const hasher = RangeHasher.open(file, { path, bytes: options.quick === true ? 0 : size });
    try {
      const head = await readHead((offset, bytes) => readBytes(file, { offset, size: bytes }), path);
      return await scanContent({ file, size, head, hasher, findings: noFindings() }, options);
    } finally {
      await hasher.close();
    }
  } finally {
    await file.close();
  }
}

interface FileScan {
  readonly file: FileHandle;
  /** Of the file, in bytes. */
  readonly size: number;
  readonly head: BundleHead;
  readonly hasher: RangeHasher;
  readonly findings: Findings;
}

async function scanContent(scan: FileScan, options: ScanOptions): Promise<BundleScan> {
  const { head, findings } = scan;
  const placed = head.index.blobs.flatMap((blob) => {
    const offset = head.map.blobs.get(blob.digest)?.contentOffset;
    return offset === undefined ? [] : [{ ...blob, offset }];
  });
  const documents = placed.filter(isDocument);
  const layers = placed.filter(
    (blob) => !isDocument(blob) && (options.quick !== true || blob.kind !== undefined),
  );
  const wanted = [...documents, ...layers];
  const bytes = wanted.reduce((sum, blob) => sum + blob.size, 0);
  options.onProgress?.({ type: 'phase', phase: 'verify', bytes, blobs: wanted.length });
  const told = {
    ...options,
    onBytes: (count: number) => options.onProgress?.({ type: 'bytes', bytes: count, total: bytes }),
  };
  // Documents and what lies between the blobs are read while threads hash these; neither is left alone when the
  // other fails.
  const done = await Promise.allSettled([
    hashLayers(scan, layers, told),
    readDocuments(scan, documents, told).then(() => checkFrame(scan, options)),
  ]);
  for (const each of done) if (each.status === 'rejected') throw each.reason;
  return toScan(head, findings);
}

/** All but the blobs: the size of the file, headers and padding, and the files before the blobs. */
async function checkFrame({ file, size, head, findings }: FileScan, { signal }: ScanOptions): Promise<void> {
  checkSize(findings, size, head.map.size);
  for (const gap of gapsOf(head.map)) {
    throwIfAborted(signal);
    checkGap(findings, gap, await readBytes(file, { offset: gap.offset, size: gap.expected.byteLength }));
  }
  for (const { name, contentOffset: offset, size: bytes } of head.map.front)
    findings.files.set(name, await readBytes(file, { offset, size: bytes }));
}

interface PlacedBlob extends BundleBlob {
  readonly offset: number;
}

async function readDocuments(
  { file, findings }: FileScan,
  blobs: readonly PlacedBlob[],
  { signal, onBytes }: HashOptions,
): Promise<void> {
  for (const blob of blobs) {
    throwIfAborted(signal);
    noteDocument(findings, blob, await readBytes(file, blob));
    onBytes?.(blob.size);
  }
}

async function hashLayers(
  { hasher, findings }: FileScan,
  blobs: readonly PlacedBlob[],
  options: HashOptions,
): Promise<void> {
  const digests = await hasher.hash(blobs, options);
  for (const [position, blob] of blobs.entries()) {
    const real = digests[position];
    if (real !== undefined) noteDigest(findings, blob, real);
  }
}

/**
 * Reads a bundle from a pipe in one pass. Throws what `readHead` does; all else is a problem. Bytes after the
 * bundle's end are not read.
 */
export async function scanStream(content: Bytes, options: ScanOptions = {}): Promise<BundleScan> {
  const reader = new ByteReader(content, options);
  try {
    const consumed: Uint8Array[] = [];
    const head = await readHead(async (_, size) => {
      const bytes = await reader.take(size);
      consumed.push(bytes);
      return bytes;
    }, 'standard input');
    reader.unread(consumed);
    const findings = noFindings();
    options.onProgress?.({ type: 'phase', phase: 'verify', bytes: head.map.size });
    const blobs = [...head.map.front.map(() => undefined), ...head.index.blobs].values();
    for (const gap of gapsOf(head.map)) {
      throwIfAborted(options.signal);
      checkGap(findings, gap, await reader.take(gap.expected.byteLength));
      if (gap.before !== undefined) await takeContent({ reader, findings }, gap.before, blobs.next().value);
      options.onProgress?.({ type: 'bytes', bytes: gap.expected.byteLength + (gap.before?.size ?? 0) });
    }
    checkSize(findings, reader.taken + ((await reader.atEnd()) ? 0 : 1), head.map.size);
    return toScan(head, findings);
  } finally {
    await reader.close();
  }
}

interface StreamScan {
  readonly reader: ByteReader;
  readonly findings: Findings;
}

async function takeContent(
  { reader, findings }: StreamScan,
  entry: PlacedEntry,
  blob: BundleBlob | undefined,
): Promise<void> {
  if (blob === undefined) {
    findings.files.set(entry.name, await reader.take(entry.size));
    return;
  }
  const placed = { ...blob, offset: entry.contentOffset };
  if (isDocument(blob)) noteDocument(findings, placed, await reader.take(entry.size));
  else noteDigest(findings, placed, await hashNext(reader, blob));
}

async function hashNext(reader: ByteReader, { digest, size }: BundleBlob): Promise<Digest> {
  const hash = hasherFor(digest);
  for await (const chunk of reader.stream(size)) hash.update(chunk);
  return toDigest(digestAlgorithm(digest), hash.digest('hex'));
}

/** A document within the limit; one beyond it is treated as a layer and then missed as a document. */
function isDocument(blob: BundleBlob): boolean {
  return blob.kind !== undefined && blob.size <= LIMITS.documentBytes;
}

function checkSize({ problems }: Findings, got: number, want: number): void {
  if (got === want) return;
  const message =
    got > want ? `there are bytes after the bundle's ${want}` : `it ends after ${got} of ${want} bytes`;
  problems.push({ code: 'SIZE', message, offset: Math.min(got, want) });
}

function checkGap({ problems }: Findings, gap: Gap, got: Uint8Array): void {
  if (Buffer.compare(got, gap.expected) === 0) return;
  const at = gap.expected.findIndex((byte, index) => got[index] !== byte);
  const where = gap.before === undefined ? 'the end of the archive' : `the header of ${gap.before.name}`;
  problems.push({ code: 'STRUCTURE', message: `${where} is damaged`, offset: gap.offset + Math.max(at, 0) });
}

function noteDocument(findings: Findings, blob: PlacedBlob, bytes: Uint8Array): void {
  const real = digestOf(bytes, digestAlgorithm(blob.digest));
  noteDigest(findings, blob, real);
  if (real === blob.digest) findings.documents.set(blob.digest, bytes);
}

function noteDigest({ digests, problems }: Findings, { digest, offset }: PlacedBlob, real: Digest): void {
  digests.set(digest, real);
  if (real === digest) return;
  const message = `${digest} is damaged: its bytes have digest ${real}`;
  problems.push({ code: 'DIGEST', message, digest, offset });
}
