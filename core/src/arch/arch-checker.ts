import { isXbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { mapConcurrent, type CallOptions } from '../content/index.ts';
import {
  formatPlatform,
  parseImageConfig,
  type Descriptor,
  type ImageConfig,
  type OnProgress,
} from '../model/index.ts';
import type { AllowRule } from './judge/allow-list.ts';
import { FileTree } from './layers/file-tree.ts';
import { compareFindings, stateOf, type ArchFinding, type ArchVerdict } from './finding.ts';
import type { ArchCell } from './image-cell.ts';
import { judgeImage } from './judge/judge-image.ts';
import type { LayerOrigin } from './judge/judged-image.ts';
import { LayerCache } from './layers/layer-cache.ts';
import type { LayerListing } from './layers/layer-listing.ts';
import { quickCheck, type QuickVerdict } from './quick-check.ts';
import { parseRunConfig } from './start/run-config.ts';

/**
 * `quick` reads documents only. `decide` reads, besides, the layers that platforms of different architectures share,
 * as far as `LIMITS.sharedLayerBytes` goes: at least one of two such platforms is wrong if there is a program in
 * them. `full` reads every layer.
 */
export type ArchDepth = 'quick' | 'decide' | 'full';

export interface ArchCheckOptions extends CallOptions {
  readonly depth: ArchDepth;
  readonly allow?: readonly AllowRule[] | undefined;
  /** Look for native libraries within jars and wheels too. Default: not. */
  readonly archives?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface CheckOptions extends CallOptions {
  /** Cells to give a verdict of; the others are only compared with. Undefined: all. */
  readonly only?: readonly ArchCell[] | undefined;
}

export type ArchVerdicts = ReadonlyMap<ArchCell, ArchVerdict>;

/** Layers read at once: one is decompressed while another is gone through. */
const JOBS = 2;

/** Checks images, reading what they share once. */
export class ArchChecker {
  readonly #cache = new LayerCache();
  readonly #options: ArchCheckOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ArchCheckOptions) {
    this.#options = options;
  }

  /**
   * Checks the platforms of one image, which are held against each other as well; verdicts by cell. A layer that is
   * damaged is a finding; throws for what a source cannot give, a limit, and on abort. Calls wait for each other, so
   * that no more than one image's files are in memory.
   */
  check(cells: readonly ArchCell[], options: CheckOptions = {}): Promise<ArchVerdicts> {
    const checking = this.#turn.then(() => this.#check(cells, options));
    this.#turn = checking.catch(() => undefined);
    return checking;
  }

  async #check(cells: readonly ArchCell[], options: CheckOptions): Promise<ArchVerdicts> {
    const verdicts = new Map<ArchCell, ArchVerdict>();
    const { only = cells } = options;
    for (const quick of quickCheck(cells).filter(({ cell }) => only.includes(cell))) {
      verdicts.set(quick.cell, await this.#checkCell(quick, options));
    }
    return verdicts;
  }

  async #checkCell(quick: QuickVerdict, options: CallOptions): Promise<ArchVerdict> {
    const { depth } = this.#options;
    const wanted = depth === 'full' ? new Set(quick.cell.layers.keys()) : this.#decisive(quick);
    if (wanted.size === 0 && depth !== 'full') return withFindings(UNREAD, quick.findings);
    const { layers } = quick.cell;
    const read = await this.#read(quick.cell, wanted, options);
    const judged = judgeImage({
      platform: quick.cell.platform,
      tree: merge(read.listings),
      config: parseRunConfig(quick.cell.config, `config of ${quick.cell.manifest.digest}`),
      layers: originsOf(quick.cell),
      allow: this.#options.allow,
      partial: read.findings.length > 0 || wanted.size < layers.length,
    });
    const keepsSuspicion = judged.state === 'wrong' || ![...quick.shared].every((at) => wanted.has(at));
    return withFindings(judged, [
      ...read.findings,
      ...(keepsSuspicion ? quick.findings : settled(quick.findings)),
    ]);
  }

  /** Shared layers from the base up, until there are too many bytes to read unasked. */
  #decisive({ cell, shared }: QuickVerdict): ReadonlySet<number> {
    if (this.#options.depth !== 'decide') return new Set();
    let bytes = 0;
    return new Set(
      [...shared].filter((at) => (bytes += cell.layers[at]?.size ?? 0) <= LIMITS.sharedLayerBytes),
    );
  }

  async #read(cell: ArchCell, wanted: ReadonlySet<number>, options: CallOptions): Promise<ReadLayers> {
    const findings: ArchFinding[] = [];
    const signal = options.signal ?? this.#options.signal;
    const listings = await mapConcurrent(
      [...cell.layers.entries()],
      { jobs: JOBS, signal },
      async ([at, layer], combined) => {
        if (!wanted.has(at)) return undefined;
        const listing = await this.#listing(cell, layer, combined);
        if ('entries' in listing) return listing;
        findings.push(this.#unread(cell, layer, listing));
        return undefined;
      },
    );
    return { listings, findings };
  }

  /** A layer's listing, or why there is none. */
  async #listing(cell: ArchCell, layer: Descriptor, signal: AbortSignal): Promise<LayerListing | Unread> {
    if (layer.mediaType.endsWith('+encrypted')) return { reason: 'it is encrypted', isDamage: false };
    try {
      return await this.#cache.get(layer.digest, () => this.#readLayer(cell, layer, signal));
    } catch (error) {
      if (isXbundleError(error, 'ARCHIVE_INVALID')) return { reason: error.message, isDamage: true };
      // Layers that may not be distributed, as those of Windows bases, are listed and not there.
      if (isXbundleError(error, 'NOT_FOUND') && isForeign(layer))
        return { reason: 'it is not distributed with the image', isDamage: false };
      throw error;
    }
  }

  #unread({ platform }: ArchCell, { digest }: Descriptor, { reason, isDamage }: Unread): ArchFinding {
    return {
      code: 'layer-unread',
      tier: 2,
      severity: isDamage && this.#options.depth === 'full' ? 'error' : 'warning',
      message: `a layer could not be looked into: ${reason}`,
      layer: digest,
      expected: formatPlatform(platform),
      found: 'unknown',
    };
  }

  async #readLayer(cell: ArchCell, layer: Descriptor, signal: AbortSignal): Promise<LayerListing> {
    // Decoders and tar readers: nothing of it is loaded where no layer is looked into, which is most often.
    const { readLayer } = await import('./layers/read-layer.ts');
    const listing = await readLayer(layer, cell.content, { signal, archives: this.#options.archives });
    const { digest, size } = layer;
    this.#options.onProgress?.({ type: 'blob-done', digest, size, how: 'moved' });
    return listing;
  }
}

interface Unread {
  readonly reason: string;
  readonly isDamage: boolean;
}

interface ReadLayers {
  /** By position; undefined where a layer was not read. */
  readonly listings: readonly (LayerListing | undefined)[];
  readonly findings: readonly ArchFinding[];
}

function isForeign({ mediaType, urls }: Descriptor): boolean {
  return urls !== undefined || /foreign|nondistributable/.test(mediaType);
}

function merge(listings: readonly (LayerListing | undefined)[]): FileTree {
  const tree = new FileTree();
  for (const [at, listing] of listings.entries()) if (listing !== undefined) tree.apply(listing, at);
  return tree;
}

/** History and layers correspond only when there are as many of each; some builders leave history out. */
function originsOf({ config, layers, manifest }: ArchCell): readonly LayerOrigin[] {
  const { history }: ImageConfig = parseImageConfig(config, `config of ${manifest.digest}`);
  const steps = history.filter((entry) => !entry.emptyLayer);
  return layers.map(({ digest }, at) => {
    const createdBy = steps.length === layers.length ? steps[at]?.createdBy : undefined;
    return { digest, ...(createdBy !== undefined && { createdBy }) };
  });
}

/** What was only suspected is told by the files, once they have been looked at. */
function settled(findings: readonly ArchFinding[]): readonly ArchFinding[] {
  return findings.filter(({ code }) => code !== 'same-layers' && code !== 'same-base');
}

const UNREAD: ArchVerdict = { state: 'unread', findings: [], unlisted: 0, judged: 0, ignored: [] };

function withFindings(verdict: ArchVerdict, findings: readonly ArchFinding[]): ArchVerdict {
  const all = [...findings, ...verdict.findings].sort(compareFindings);
  const state = stateOf(all, verdict.judged);
  const isUnread = verdict.state === 'unread' && state === 'not-applicable';
  return { ...verdict, state: isUnread ? 'unread' : state, findings: all.slice(0, LIMITS.archFindings) };
}
