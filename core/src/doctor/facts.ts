import type { BuilderFacts, ToolVersion } from '../buildx/index.ts';
import type { EngineFacts } from '../engine/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { Platform, Reference } from '../model/index.ts';

/** Why something could not be asked. */
export interface Failure {
  readonly code: ErrorCode;
  readonly reason: string;
}

export type DockerReport =
  | { readonly found: false; readonly reason: string }
  | {
      readonly found: true;
      readonly client: ToolVersion;
      /** Undefined: docker has no buildx. */
      readonly buildx?: ToolVersion;
    };

export type EngineReport =
  | {
      readonly reached: true;
      readonly label: string;
      /** What named it: `DOCKER_HOST`, `context NAME`, … */
      readonly chosenBy: string;
      readonly facts: EngineFacts;
      /** Whether it is the engine of Docker Desktop, whose settings are changed in its own window. */
      readonly desktop: boolean;
    }
  | { readonly reached: false; readonly label: string; readonly chosenBy: string; readonly failure: Failure };

export type BuilderReport =
  | {
      readonly found: true;
      readonly facts: BuilderFacts;
      /** Names of all builders; empty when they were not asked for. */
      readonly names: readonly string[];
    }
  | { readonly found: false; readonly failure: Failure };

/** A program that the Linux kernel starts for files of another architecture. */
export interface Emulator {
  /** As registered: `qemu-aarch64`, `rosetta`, … */
  readonly name: string;
  readonly architecture: string;
  readonly enabled: boolean;
  /** `F`: the program was opened at registration, so that containers need no copy of it. */
  readonly flags: string;
}

export interface SpaceReport {
  readonly directory: string;
  readonly freeBytes: number;
}

export interface RegistryReport {
  readonly host: string;
  /** An image there that is only read, or one that a build would push. */
  readonly use: 'pull' | 'push';
  readonly hasLogin: boolean;
  /** Why the logins could not be read, or with `online` why the registry refused. */
  readonly failure?: Failure;
}

/** An image that a Dockerfile starts from, for one wanted platform. */
export interface BaseUse {
  readonly component: string;
  /** As the Dockerfile names it, variables put in. */
  readonly image: string;
  /** What it must have: the wanted platform, that of the build machine, or one that is written out. */
  readonly platform: Platform;
  readonly file: string;
  readonly line: number;
}

export interface BaseReport {
  readonly use: BaseUse;
  /** Undefined for a name that is none. */
  readonly name?: Reference | undefined;
  /** Where it was found; undefined when it was not. */
  readonly from?: 'engine' | 'registry' | undefined;
  readonly offered: readonly Platform[];
  readonly failure?: Failure | undefined;
}

/** All that the checks look at; they say nothing about what is not there. */
export interface DoctorFacts {
  /** Platforms that images are wanted for. */
  readonly wanted: readonly Platform[];
  /** Of these, where every build compiles on the builder's machine and executes nothing. */
  readonly cross?: readonly Platform[] | undefined;
  readonly docker?: DockerReport | undefined;
  readonly engine?: EngineReport | undefined;
  readonly builder?: BuilderReport | undefined;
  /** Undefined where the kernel that the engine runs on cannot be looked at. */
  readonly emulators?: readonly Emulator[] | undefined;
  readonly output?: SpaceReport | undefined;
  readonly registries?: readonly RegistryReport[] | undefined;
  readonly bases?: readonly BaseReport[] | undefined;
  /** The image that installs emulators. */
  readonly binfmtImage: string;
}
