import type { BuildDefinition } from '../build/index.ts';
import type { SourceClients } from '../bundle/index.ts';
import type { DockerOptions } from '../buildx/index.ts';
import type { Platform } from '../model/index.ts';
import type { CredentialsProvider } from '../registry/index.ts';

export const DEFAULT_BINFMT_IMAGE = 'tonistiigi/binfmt';

export interface DoctorRequest {
  /** Undefined: those of the definition, else linux/amd64 and linux/arm64. */
  readonly platforms?: readonly Platform[] | undefined;
  /** Its Dockerfiles' base images and its registries are looked at as well. */
  readonly definition?: BuildDefinition | undefined;
  /** Undefined: the current builder. */
  readonly builder?: string | undefined;
  /** Where bundles are written to. */
  readonly outputDirectory?: string | undefined;
  /** Whether registries are asked if they know the user; base images are asked for in any case. */
  readonly online?: boolean | undefined;
  /**
   * Where the kernel that the engine runs on shows its emulators. Default: this machine's own, where the engine runs
   * on it; elsewhere nothing is known of them.
   */
  readonly binfmtDirectory?: string | undefined;
  /** Default: `DEFAULT_BINFMT_IMAGE`. */
  readonly binfmtImage?: string | undefined;
}

/** How the world is reached. */
export interface DoctorWorld extends DockerOptions {
  readonly clients: SourceClients;
  readonly credentials: CredentialsProvider;
}
