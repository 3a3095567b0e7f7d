/** What a build failed of, as far as its error and output tell. */
export type FailureCause =
  | 'builder-feature'
  | 'base-lacks-platform'
  | 'emulation-missing'
  | 'emulator-crashed'
  | 'node-lost'
  | 'engine-unreachable'
  | 'no-builder'
  | 'registry'
  | 'network'
  | 'unauthorized'
  | 'image-not-found'
  | 'file-not-found'
  | 'dockerfile'
  | 'disk-full'
  | 'out-of-memory'
  | 'canceled'
  | 'command'
  | 'no-result'
  | 'service'
  | 'impossible'
  | 'unknown';

/** Who reads the text that a rule is about. */
export interface CauseContext {
  /** As `formatPlatform` writes it. */
  readonly platform?: string | undefined;
  /** RUN steps go through QEMU. */
  readonly emulated?: boolean | undefined;
}

export interface CauseRule {
  readonly cause: FailureCause;
  /** Whether the same build may go well the next time. */
  readonly transient: boolean;
  /** Matched with the error, the output of the failed step, or either. */
  readonly where: 'error' | 'log' | 'either';
  readonly pattern: RegExp;
  readonly suggest?: (match: RegExpExecArray, context: CauseContext) => string;
  readonly applies?: (context: CauseContext) => boolean;
}

function architectureOf({ platform }: CauseContext): string {
  return platform?.split('/').slice(1).join('/') ?? 'all';
}

function makeBuilder(): string {
  return 'Create a builder of its own: xbundle builder create --use. Or turn on the containerd image store (Docker Desktop: Settings > General)';
}

function mendEmulation(context: CauseContext): string {
  const arch = architectureOf(context).split('/')[0] ?? 'all';
  return `No emulator for ${arch} is registered. Run xbundle doctor --fix, or: docker run --privileged --rm tonistiigi/binfmt --install ${arch}`;
}

/**
 * In this order, the first that matches counts: causes that name what to do before the general ones. The texts are
 * those of buildx 0.29 and BuildKit, of QEMU, and of the package managers that Dockerfiles call.
 */
export const CAUSE_RULES: readonly CauseRule[] = [
  {
    cause: 'builder-feature',
    transient: false,
    where: 'error',
    pattern:
      /(Multi-platform build|OCI exporter|Docker exporter|Attestation|Cache export) is not supported for the/,
    suggest: makeBuilder,
  },
  {
    cause: 'no-builder',
    transient: false,
    where: 'error',
    pattern: /no builder "([^"]*)" found/,
    suggest: ([, name]) =>
      `List builders with xbundle builder ls; make ${name ?? 'it'} with xbundle builder create`,
  },
  {
    cause: 'engine-unreachable',
    transient: false,
    where: 'error',
    pattern: /Cannot connect to the Docker daemon|failed to connect to the docker API|error during connect/,
    suggest: () => 'Start Docker, or name the engine with DOCKER_HOST or a docker context',
  },
  {
    cause: 'disk-full',
    transient: false,
    where: 'either',
    pattern: /no space left on device/i,
    suggest: () => 'Free space where the builder keeps its cache: docker buildx prune',
  },
  {
    cause: 'base-lacks-platform',
    transient: false,
    where: 'error',
    pattern: /(?:source metadata for (\S+): )?no match for platform in manifest/,
    suggest: ([, image], context) =>
      `The base image has no ${context.platform ?? 'such platform'}: take another base, or leave the platform out. What it has: docker buildx imagetools inspect ${image ?? 'IMAGE'}`,
  },
  {
    cause: 'emulation-missing',
    transient: false,
    where: 'either',
    pattern: /exec format error/,
    suggest: (_, context) => mendEmulation(context),
  },
  {
    cause: 'emulator-crashed',
    transient: true,
    where: 'either',
    pattern:
      /qemu: uncaught target signal|qemu-[a-z0-9_]+(?:-static)?: .*(?:fault|assert|Could not|Unknown)/i,
    suggest: (_, context) =>
      `QEMU crashed, not the program: build it on a native ${architectureOf(context)} node, or cross-compile (FROM --platform=$BUILDPLATFORM)`,
  },
  {
    cause: 'emulator-crashed',
    transient: true,
    where: 'error',
    pattern: /did not complete successfully: exit code: (132|134|135|139)\b/,
    applies: ({ emulated }) => emulated === true,
    suggest: ([, code], context) =>
      `Exit code ${code ?? ''} under QEMU is most often QEMU's own: build it on a native ${architectureOf(context)} node, or cross-compile (FROM --platform=$BUILDPLATFORM)`,
  },
  {
    cause: 'out-of-memory',
    transient: false,
    where: 'either',
    pattern: /exit code: 137\b|cannot allocate memory|out of memory|signal: killed/i,
    suggest: () =>
      'A process was killed, most often for want of memory: build fewer cells at once with --jobs',
  },
  {
    cause: 'image-not-found',
    transient: true,
    where: 'error',
    pattern: /failed to resolve source metadata for (\S*buildkit-syft-scanner\S*): /,
    suggest: ([, image]) =>
      `An SBOM is made by ${image ?? 'a scanner'}, which the builder cannot pull: name one that it can with --sbom generator=IMAGE, or leave --sbom out`,
  },
  {
    cause: 'unauthorized',
    transient: false,
    where: 'error',
    pattern:
      /401 Unauthorized|403 Forbidden|authentication required|access denied|insufficient_scope|: unauthorized/i,
    suggest: () => 'Log in to the registry: docker login HOST',
  },
  {
    cause: 'registry',
    transient: true,
    where: 'error',
    pattern: /(?:unexpected status|HTTP status|status code)[^\n]*\b(429|5\d\d)\b|toomanyrequests/i,
    suggest: () => 'The registry is busy or broken; build again later',
  },
  {
    cause: 'node-lost',
    transient: true,
    where: 'error',
    pattern:
      /rpc error: code = Unavailable|error reading from server|transport is closing|closing transport|failed to list workers|failed to dial gRPC|graceful_stop|no active session|failed to find target|use of closed network connection|http2: client connection/,
    suggest: () => 'The builder node went away during the build: look at it with xbundle builder inspect',
  },
  {
    cause: 'file-not-found',
    transient: false,
    where: 'error',
    pattern: /failed to (?:compute cache key|calculate checksum)[^\n]*"([^"]+)": not found/,
    suggest: ([, path]) =>
      `${path ?? 'The file'} is not in the build context: see its path and .dockerignore`,
  },
  {
    cause: 'network',
    transient: true,
    where: 'error',
    pattern:
      /dial tcp|connection refused|connection reset|i\/o timeout|TLS handshake|no such host|name resolution|network is unreachable|no route to host|unexpected EOF|server misbehaving|deadline exceeded/i,
    suggest: () => 'The network failed: see whether the builder reaches the registry, and its proxy settings',
  },
  {
    cause: 'image-not-found',
    transient: false,
    where: 'error',
    pattern: /failed to resolve source metadata for ([^\s]+): [^\n]*not found/,
    suggest: ([, image]) => `There is no image ${image ?? ''}: see its name and tag, or build it first`,
  },
  {
    cause: 'dockerfile',
    transient: false,
    where: 'error',
    pattern:
      /dockerfile parse error|failed to parse|unknown instruction|failed to read dockerfile|target stage .* could not be found/,
  },
  {
    cause: 'network',
    transient: true,
    where: 'log',
    pattern:
      /Temporary failure (?:in name resolution|resolving)|Could not resolve|Connection timed out|Connection reset by peer|connection refused|can't connect to remote host|bad address|Network is unreachable|EAI_AGAIN|ETIMEDOUT|ECONNRESET|i\/o timeout|TLS handshake timeout|temporary error \(try again later\)|50[234] (?:Bad Gateway|Service Unavailable|Gateway Time)/i,
    suggest: () => 'The step could not reach the network: see the proxy settings of the build',
  },
  {
    cause: 'canceled',
    transient: false,
    where: 'error',
    pattern: /context canceled\s*$/,
  },
  {
    cause: 'command',
    transient: false,
    where: 'error',
    pattern: /did not complete successfully: exit code: (\d+)/,
  },
];
