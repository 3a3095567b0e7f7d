import type { Platform, Reference } from '../model/index.ts';

/** Where a definition says something; for a component of a bake file only the file is known. */
export interface BuildPlace {
  /** As the user named it. */
  readonly file: string;
  /** Counts from 1. */
  readonly line?: number;
}

/** A file or variable that a build may read and no layer holds. Never the secret itself. */
export interface BuildSecret {
  readonly id: string;
  /** Absolute. */
  readonly file?: string;
  /** Name of a variable in the environment of buildx. Neither: the variable, or the file, called `id`. */
  readonly env?: string;
}

/** An agent or keys that a build may use for ssh. */
export interface BuildSsh {
  /** `default` for the agent of the user. */
  readonly id: string;
  /** Absolute paths of an agent's socket or of keys; none: the agent of the user. */
  readonly paths: readonly string[];
}

/** A cache: `type` and what buildx's documentation has for that type. */
export type BuildCache = Readonly<Record<string, string>>;

/** What a Dockerfile finds under a name in `FROM` and `--from`. */
export type NamedContext =
  | { readonly kind: 'target'; readonly target: string }
  /** A directory (absolute), a URL, or `docker-image://…` and `oci-layout://…`. */
  | { readonly kind: 'value'; readonly value: string };

/** A component that runs while others are built, because they need what it serves. */
export interface BuildServe {
  /** Port inside the container. */
  readonly port: number;
  /** Host name that builds know it by; default: the component's name. */
  readonly name: string;
  /** Ready when `GET http://…:port/path` answers with a status below 400; undefined: when the port accepts. */
  readonly path?: string;
  /** Instead of the image's own command. */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How long it may take until it is ready; default: `LIMITS.serveReadyMs`. */
  readonly timeoutMs?: number;
}

/** One component of a build, whatever kind of file names it. All paths are absolute. */
export interface BuildTarget {
  /** Unique in its definition. */
  readonly name: string;
  /** Full names; none: the component exists for others only, and is no image of the release. */
  readonly tags: readonly Reference[];
  /** Its own platforms; undefined: those asked for. */
  readonly platforms?: readonly Platform[];
  /** A directory, or a URL of a git repository or archive. */
  readonly context: string;
  /**
   * What `--file` gets: an absolute path where the context is a directory, else one inside the context.
   * Undefined: the context's own `Dockerfile`.
   */
  readonly dockerfile?: string;
  /** The Dockerfile itself; it is given on standard input, and wins over `dockerfile`. */
  readonly dockerfileInline?: string;
  /** `--target`: the stage to build; undefined: the last. */
  readonly stage?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** As buildx takes them: `[TYPE[PLATFORM]:]KEY=VALUE`. */
  readonly annotations: readonly string[];
  readonly contexts: Readonly<Record<string, NamedContext>>;
  readonly secrets: readonly BuildSecret[];
  readonly ssh: readonly BuildSsh[];
  readonly cacheFrom: readonly BuildCache[];
  readonly cacheTo: readonly BuildCache[];
  /** `none`, `host` or `default` for `RUN`. */
  readonly network?: string;
  readonly extraHosts: Readonly<Record<string, string>>;
  /** As buildx takes it: `128m`, or bytes. */
  readonly shmSize?: string;
  /** As buildx takes them: `nofile=1024:2048`. */
  readonly ulimits: readonly string[];
  readonly entitlements: readonly string[];
  /** `type=sbom` or `type=provenance` with their settings; `disabled` switches off. */
  readonly attest: readonly Readonly<Record<string, string>>[];
  readonly noCache: boolean;
  readonly noCacheFilter: readonly string[];
  readonly pull: boolean;
  /** Names of components that must be done before, apart from those in `contexts`. */
  readonly needs: readonly string[];
  readonly serve?: BuildServe;
  readonly place: BuildPlace;
}

/** All that can be built, in the order of the file; every name that a component refers to is one of them. */
export interface BuildDefinition {
  /** Name and version of the release. */
  readonly name?: string;
  readonly version?: string;
  /** Where the definition lies; absolute. */
  readonly directory: string;
  readonly targets: readonly BuildTarget[];
  /** Names of the components that are asked for, a part of `targets`; the others are there because these need them. */
  readonly selected: readonly string[];
  /** Platforms of every component that has none of its own. */
  readonly platforms?: readonly Platform[];
}
