import { extract } from 'tar-stream';
import { interrupted, isXbundleError, messageOf, XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { BlobSource, Bytes, CallOptions } from '../../content/index.ts';
import type { Descriptor } from '../../model/index.ts';
import { decompressed } from './decompress.ts';
import { entryPath } from './entry-path.ts';
import type { LayerEntry, LayerListing } from './layer-listing.ts';
import { DATA, readFacts } from './read-facts.ts';

export interface ReadLayerOptions extends CallOptions {
  /** Look into jars and wheels too, each of which is held in memory for it. Default: not. */
  readonly archives?: boolean | undefined;
}

/**
 * Reads a layer in one pass, without writing anything: of each file only what its header says is kept. Throws
 * ARCHIVE_INVALID for a damaged stream or tar, LIMIT_EXCEEDED for one beyond its limits, and what the source
 * gives; rejects on abort.
 */
export async function readLayer(
  layer: Descriptor,
  from: BlobSource,
  options: ReadLayerOptions = {},
): Promise<LayerListing> {
  const reading = new LayerReading(layer, options);
  const blob = new WholeBlob(from.read(layer, options));
  try {
    await reading.readTar(bounded(layer, decompressed(blob.content())));
    // What follows the end of a gzip stream would be left unread, and so unverified.
    if (!blob.isRead) throw new Error('there are bytes after its end');
  } catch (error) {
    if (options.signal?.aborted) throw interrupted(options.signal);
    if (isXbundleError(error)) throw error;
    const reason = `reading layer ${layer.digest}: it is no readable tar: ${messageOf(error)}`;
    throw new XbundleError('ARCHIVE_INVALID', reason, { cause: error });
  }
  return reading.listing;
}

/** Passes a blob on, and knows whether all of it has passed and so has been verified. */
class WholeBlob {
  readonly #content: Bytes;
  isRead = false;

  constructor(content: Bytes) {
    this.#content = content;
  }

  async *content(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#content;
    this.isRead = true;
  }
}

/** Ends a stream that grows beyond what any honest layer of its size does. */
async function* bounded(layer: Descriptor, content: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const most = Math.min(
    LIMITS.layerBytes,
    Math.max(layer.size * LIMITS.layerRatio, LIMITS.layerRatioFloorBytes),
  );
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > most) throw exceeded(layer, `more than ${most} bytes once decompressed`);
    yield chunk;
  }
}

function exceeded({ digest }: Descriptor, what: string): XbundleError {
  return new XbundleError('LIMIT_EXCEEDED', `reading layer ${digest}: it has ${what}`);
}

type TarReader = ReturnType<typeof extract>;
type Entry = TarReader extends AsyncIterable<infer T> ? T : never;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

class LayerReading {
  readonly #layer: Descriptor;
  readonly #archives: boolean;
  readonly #entries: [string, LayerEntry][] = [];
  readonly #whiteouts: string[] = [];
  readonly #opaque: string[] = [];
  #count = 0;
  #nameBytes = 0;

  constructor(layer: Descriptor, { archives = false }: ReadLayerOptions) {
    this.#layer = layer;
    this.#archives = archives;
  }

  get listing(): LayerListing {
    return { entries: this.#entries, whiteouts: this.#whiteouts, opaque: this.#opaque };
  }

  async readTar(content: Bytes): Promise<void> {
    const tar = extract();
    const feeding = feed(content, tar);
    try {
      for await (const entry of tar) await this.#take(entry);
    } finally {
      await feeding;
    }
  }

  async #take(entry: Entry): Promise<void> {
    const { name, linkname } = entry.header;
    this.#bound(name.length + textOf(linkname).length);
    const path = entryPath(name);
    if (path === undefined || this.#takeMark(path)) {
      entry.resume();
      return;
    }
    const made = await toEntry(entry, path, this.#archives);
    if (made !== undefined) this.#entries.push([path, made]);
  }

  #bound(nameBytes: number): void {
    if (nameBytes > LIMITS.pathBytes) throw exceeded(this.#layer, `a path of ${nameBytes} bytes`);
    this.#count++;
    this.#nameBytes += nameBytes;
    if (this.#count > LIMITS.tarEntries)
      throw exceeded(this.#layer, `more than ${LIMITS.tarEntries} entries`);
    if (this.#nameBytes > LIMITS.tarNamesBytes)
      throw exceeded(this.#layer, `names of more than ${LIMITS.tarNamesBytes} bytes`);
  }

  /** Whether the entry only says what is taken away (image-spec layer.md, "Whiteouts"). */
  #takeMark(path: string): boolean {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (!name.startsWith(WHITEOUT)) return false;
    const folder = slash === -1 ? '' : path.slice(0, slash);
    if (name === OPAQUE) this.#opaque.push(folder);
    // `.wh..wh.plnk` and its kind are left-overs of aufs.
    else if (!name.startsWith(WHITEOUT, WHITEOUT.length)) {
      this.#whiteouts.push(`${folder}${folder === '' ? '' : '/'}${name.slice(WHITEOUT.length)}`);
    }
    return true;
  }
}

/** Writes all of `content` into the tar reader, at its pace. A failure ends the reader, which is where it is thrown. */
async function feed(content: Bytes, tar: TarReader): Promise<void> {
  try {
    for await (const chunk of content) {
      if (tar.destroyed) return;
      if (!tar.write(chunk)) await drained(tar);
    }
    tar.end(undefined);
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(messageOf(error)));
  }
}

function drained(tar: TarReader): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      tar.off('drain', done);
      tar.off('close', done);
      resolve();
    };
    tar.on('drain', done);
    tar.on('close', done);
  });
}

async function toEntry(entry: Entry, path: string, archives: boolean): Promise<LayerEntry | undefined> {
  const { type, linkname, mode } = entry.header;
  if (type === 'file' || type === 'contiguous-file') {
    const executable = (mode & 0o111) !== 0;
    return {
      kind: 'file',
      facts: await readFacts(entry as AsyncIterable<Uint8Array>, { path, executable, archives }),
    };
  }
  entry.resume();
  if (type === 'directory') return { kind: 'directory' };
  if (type === 'symlink') return { kind: 'symlink', target: textOf(linkname) };
  if (type === 'link') return { kind: 'hardlink', target: entryPath(textOf(linkname)) ?? '' };
  return { kind: 'file', facts: DATA };
}

/** The types do not say that there may be none. */
function textOf(link: string | null | undefined): string {
  return link ?? '';
}
