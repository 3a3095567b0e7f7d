/** Every bound in xbundle, in one place (law 6). Sizes are bytes read, never bytes declared. */
export const LIMITS = {
  /** A manifest, index or config; the size the distribution spec asks registries to accept. */
  documentBytes: 4_194_304,
  /** `xbundle.json`, by the bundle format. */
  bundleIndexBytes: 4_194_304,
  /** `index.json` and `manifest.json` of a layout or archive. */
  layoutIndexBytes: 16_777_216,
  /** A definition file: `xbundle.yaml`, compose, bake or list. */
  definitionBytes: 1_048_576,
  /** Lexical tokens of a YAML definition: 10 000 images with two platforms each have about 250 000. */
  yamlTokens: 300_000,
  /** Anchors and aliases of a YAML definition, and what one alias may stand for once all are followed. */
  yamlAliases: 1_000,
  /** A Dockerfile. */
  dockerfileBytes: 1_048_576,
  /** Components of a build definition, and components times platforms of a plan. */
  buildTargets: 1_000,
  buildCells: 4_000,
  /** One argument of a command: Linux takes no longer one (MAX_ARG_STRLEN, its end included). */
  argumentBytes: 131_071,
  /** Until a component with `serve` answers, where it names no time of its own. */
  serveReadyMs: 60_000,
  /** Dockerfiles that one search of a folder finds, and folders it goes down. */
  dockerfilesFound: 10_000,
  dockerfileDepth: 32,
  /** A docker command that asks or changes something, but builds and moves nothing. */
  dockerCommandMs: 60_000,
  /** Starting a builder's nodes, for which BuildKit's image may have to be pulled. */
  builderStartMs: 600_000,
  /** What such a command may write, in bytes. */
  dockerOutputBytes: 16_777_216,
  /** An engine's list of images: 2 KiB for one of two platforms with attestations. */
  engineListBytes: 33_554_432,
  /** Tags of a repository, or repositories of a registry, that are listed. */
  registryNames: 5_000,
  /** A registry's error body or token response. */
  responseBytes: 262_144,
  /** Less free space than this ends most builds; less than the second is told before one. */
  leastSpaceBytes: 1_000_000_000,
  scarceSpaceBytes: 10_000_000_000,
  jsonDepth: 64,
  /** Index -> index -> manifest chains seen in the wild have three levels. */
  indexDepth: 4,
  manifestsPerIndex: 1_000,
  layersPerManifest: 1_000,
  /** Descriptors walked for one image. */
  descriptorsPerImage: 10_000,
  imagesPerBundle: 10_000,
  /** Entries of a tar: a 10 000-image docker archive of the old kind has about five per layer. */
  tarEntries: 1_000_000,
  /** One PAX or GNU long-name record. */
  tarMetadataBytes: 65_536,
  /** All entry names of one tar together, as they are held in memory. */
  tarNamesBytes: 134_217_728,
  /** A path in a layer, with the target of its link: Linux takes 4096 bytes for each. */
  pathBytes: 8_192,
  /** Steps along paths while layers are merged: an image of a million files takes about ten million. */
  pathSteps: 50_000_000,
  /** A layer once decompressed. */
  layerBytes: 137_438_953_472,
  /** What a layer may grow to, as a multiple of its size: deflate gives at most 1032. */
  layerRatio: 1_100,
  /** A small layer may grow to this whatever the ratio: zstd packs zeros far better than deflate. */
  layerRatioFloorBytes: 67_108_864,
  /** The window of a zstd frame: what `zstd` itself takes unless told otherwise. */
  zstdWindowBytes: 134_217_728,
  /** Entries of layers that several images share, kept while they are checked. */
  keptLayerEntries: 300_000,
  /** An archive within a layer, such as a jar, that is held in memory to look into it. */
  nestedArchiveBytes: 67_108_864,
  /** Files that the architecture check lists for one cell; more are counted. */
  archFindings: 1_000,
  /** Compressed bytes of layers that platforms share, which an export looks into unasked. */
  sharedLayerBytes: 268_435_456,
  /** Vertices of one build that are followed; the largest builds seen have some hundreds. */
  buildSteps: 10_000,
  /** Parts of one step (layers fetched, files sent) and remarks of one build that are kept. */
  buildStepParts: 500,
  /** Lines of output kept in memory: of one step, and of one build. All of it is in the log file. */
  buildStepLogLines: 200,
  buildLogLines: 5_000,
  /** Lines of plain text (refusals, excerpts, errors) that are kept of one build, and their length. */
  buildTextLines: 200,
  buildTextLength: 8_192,
  /** One line of buildx's output: an event with a chunk of a step's output. */
  buildLineBytes: 4_194_304,
  /** What a cancelled build may take until it has ended; then it is killed. */
  buildCancelMs: 15_000,
  /** The wait before a cell is built again; twice as long each time. */
  buildRetryMs: 2_000,
  /** Runs of one definition whose records and logs are kept. */
  buildRecords: 10,
  /** Follow at most this many redirects for one request. */
  redirects: 5,
  /** Tries for one request or blob, the first included. */
  attempts: 5,
  /** The longest `Retry-After` that is honoured. */
  retryAfterMs: 120_000,
  /** The whole time spent waiting between tries of one request. */
  retryTotalMs: 300_000,
  connectTimeoutMs: 20_000,
  /** A transfer that brings no byte for this long has stalled. */
  noProgressMs: 60_000,
  /** A Docker Engine says nothing while it unpacks layers, or gathers a classic store's save on its disk. */
  engineSilenceMs: 1_800_000,
  credentialHelperMs: 30_000,
  /** A check's question to a registry: a network that swallows packets is not to hold up each build for minutes. */
  baseQuestionMs: 15_000,
  /** Bytes read from or written to a file or socket at once; below 256 KiB the loop, not the disk, is the limit. */
  chunkBytes: 524_288,
} as const;
