import type { Builder, BuilderNode } from './builder.ts';
import { inspectBuilder, type InspectOptions } from './inspect-builder.ts';

/** How an engine keeps images: `containerd` as they are, indexes and all; `classic` one platform, unpacked. */
export type BuilderStore = 'containerd' | 'classic';

/** What a builder can do, as buildx judges it before a build. */
export interface BuilderFeatures {
  /** Several platforms in one build; one platform at a time works everywhere. */
  readonly multiPlatform: boolean;
  /** `--output type=oci`, for one node at a time. */
  readonly ociExporter: boolean;
  /** `--output type=docker,dest=FILE`. */
  readonly dockerExporter: boolean;
  /** Provenance and SBOM. */
  readonly attestations: boolean;
  /** `--cache-to` beyond `type=inline`. */
  readonly cacheExport: boolean;
  /** A build without `--load` or `--push` lands in the engine's images. */
  readonly loadsByDefault: boolean;
}

/** What a plan needs to know of the builder in use. */
export interface BuilderFacts extends Builder {
  /** Of the engine, where a node is the BuildKit inside one; undefined for a BuildKit of its own. */
  readonly store?: BuilderStore;
  readonly features: BuilderFeatures;
}

export interface BuilderFactsOptions extends InspectOptions {
  /** Default: the current builder. */
  readonly name?: string | undefined;
}

/** Asks for a builder and judges what it can do. Errors: those of `inspectBuilder`. */
export async function builderFacts({ name, ...options }: BuilderFactsOptions = {}): Promise<BuilderFacts> {
  return judgeBuilder(await inspectBuilder(name, options));
}

/** A builder is judged by its weakest node, because any of them may get a build. */
export function judgeBuilder(builder: Builder): BuilderFacts {
  const stores = builder.nodes.map((node) => nodeStore(builder.driver, node));
  const store = stores.includes('classic') ? 'classic' : stores.find((found) => found !== undefined);
  const isFull = store !== 'classic';
  return {
    ...builder,
    ...(store !== undefined && { store }),
    features: {
      multiPlatform: isFull,
      ociExporter: isFull,
      dockerExporter: isFull,
      attestations: isFull,
      cacheExport: isFull,
      loadsByDefault: builder.driver === 'docker',
    },
  };
}

const SNAPSHOTTER = 'org.mobyproject.buildkit.worker.snapshotter';
const ENGINE = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';

/**
 * buildx itself tells the stores apart by the snapshotter label (driver/docker/driver.go); an engine behind another
 * driver is known by the gateway that only engines have.
 */
function nodeStore(driver: string, { labels, status }: BuilderNode): BuilderStore | undefined {
  if (status !== 'running' || (driver !== 'docker' && labels[ENGINE] === undefined)) return undefined;
  return labels[SNAPSHOTTER] === undefined ? 'classic' : 'containerd';
}
