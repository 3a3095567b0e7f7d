/**
 * What a test or a benchmark knows about the private engines. Plain JSON throughout, so that it passes
 * from vitest's main process to its workers and through the file that `up.ts` writes.
 */

/** How a program of the tool set is started: these directories first on PATH, these variables set. */
export interface Tooling {
  /** Directories to put before PATH, joined with ":". */
  readonly path: string;
  /** Isolates the tools from the configuration of whoever runs the tests (HOME, DOCKER_CONFIG, ...). */
  readonly environment: Readonly<Record<string, string>>;
}

/** One Docker Engine; its environment holds DOCKER_HOST, so `docker(engine, ...)` talks to this one. */
export interface Engine extends Tooling {
  readonly store: 'containerd' | 'classic';
  /** `unix:///...`, as in DOCKER_HOST. */
  readonly host: string;
  /** The path of the socket alone. */
  readonly socket: string;
  /** The engine's data root. */
  readonly root: string;
  readonly log: string;
}

export interface ContainerdEngine extends Engine {
  readonly store: 'containerd';
  /** Socket of the containerd which this engine manages, for `ctr --address`. */
  readonly containerdAddress: string;
  /** For what tests put there directly; the engine's own images are in `moby`. */
  readonly containerdNamespace: string;
}

export interface Registry {
  /** `127.0.0.1:PORT`, plain HTTP; both engines accept it as insecure because it is on loopback. */
  readonly host: string;
  readonly root: string;
  readonly log: string;
}

/** A build context of `FROM scratch` and a static busybox for each platform; no registry is asked. */
export interface BaseContext {
  readonly directory: string;
  readonly platforms: readonly string[];
}

export interface Engines extends Tooling {
  readonly containerd: ContainerdEngine;
  readonly classic: Engine;
  readonly registry: Registry;
  /** DOCKER_CONFIG with the plugins buildx and compose. */
  readonly dockerConfig: string;
  readonly baseContext: BaseContext;
  /** Root-like directories, each with `bin/busybox`, keyed by GOARCH: `COPY ${TARGETARCH}/bin/busybox`. */
  readonly busybox: Readonly<Record<string, string>>;
  /** The Debian suite which the engines come from. */
  readonly suite: string;
  /** Debian package versions, for the head of a benchmark's report. */
  readonly versions: Readonly<Record<string, string>>;
  /** Everything that was made for these engines is below this directory. */
  readonly directory: string;
}

/** Why there are no engines here: one sentence, then possibly the last lines of a log. */
export interface Unavailable {
  readonly reason: string;
}

export function isUnavailable(value: object): value is Unavailable {
  return 'reason' in value;
}

/** The engines cannot be had on this machine; the message becomes `Unavailable.reason`. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

declare module 'vitest' {
  interface ProvidedContext {
    engines: Engines | Unavailable;
  }
}
