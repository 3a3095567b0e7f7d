import { formatPlatform, type Digest, type Platform } from '../../model/index.ts';
import type { AllowRule } from './allow-list.ts';
import type { Architecture } from '../binary/architecture.ts';
import type { Fit } from './fit.ts';
import type { ElfBinary } from '../binary/binary.ts';
import type { FileTree, Found, TreeFile } from '../layers/file-tree.ts';
import type { ArchFinding } from '../finding.ts';
import type { RunConfig } from '../start/run-config.ts';

/** Where the files of a layer come from. */
export interface LayerOrigin {
  readonly digest: Digest;
  /** The build step, where the config's history tells. */
  readonly createdBy?: string;
}

/** An image of one platform, ready to be judged. */
export interface JudgedImage {
  readonly platform: Platform;
  readonly tree: FileTree;
  readonly config: RunConfig;
  readonly layers: readonly LayerOrigin[];
  readonly allow?: readonly AllowRule[] | undefined;
  /** Not all layers are in the tree, so that what is not there says nothing. */
  readonly partial?: boolean | undefined;
}

/** An ELF file that is for a processor, and how it fits the platform. */
export interface JudgedFile extends Found<TreeFile> {
  readonly binary: ElfBinary;
  readonly architecture: Architecture;
  readonly fit: Fit;
}

/** A finding about a file, with what every such finding says. */
export function fileFinding(
  image: JudgedImage,
  { path, node }: Found<TreeFile>,
  finding: Omit<ArchFinding, 'path' | 'layer' | 'createdBy' | 'expected'> & { readonly expected?: string },
): ArchFinding {
  const origin = image.layers[node.layer];
  return {
    ...finding,
    path: `/${path}`,
    ...(origin !== undefined && { layer: origin.digest }),
    ...(origin?.createdBy !== undefined && { createdBy: origin.createdBy }),
    expected: finding.expected ?? formatPlatform(image.platform),
  };
}
