import type { Platform } from '../model/index.ts';

export interface BuildPlanOptions {
  /** Of components with platforms of their own, only these are built; the others get them. */
  readonly platforms?: readonly Platform[] | undefined;
  /** An absolute directory for the files of the images, instead of images: `DIR/linux_amd64/…`. */
  readonly localOutput?: string | undefined;
  /** `--provenance` for all components: `true`, `mode=max`, …; default: none, unless the definition wants it. */
  readonly provenance?: string | undefined;
  readonly sbom?: string | undefined;
  readonly noCache?: boolean | undefined;
  readonly pull?: boolean | undefined;
  /** All platforms of a component in one bake: each component is a unit. */
  readonly together?: boolean | undefined;
  /** Where services run; default: the platform of the builder's first node. */
  readonly servePlatform?: Platform | undefined;
}
