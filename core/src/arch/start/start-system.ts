import type { FileTree, Found, TreeFile } from '../layers/file-tree.ts';
import type { RunConfig } from './run-config.ts';

/** How an operating system comes from a command to the files that it starts. */
export interface StartSystem {
  /** What runs a command in shell form where the image names no shell. */
  readonly shell: readonly string[];
  /** The words of entry point and command, as the program that is started gets them. */
  words(argv: readonly string[], config: RunConfig): readonly string[];
  /** The file that a name starts; undefined where it leads nowhere. */
  find(name: string): Found<TreeFile> | undefined;
  /** The command that a wrapper such as tini or `sh -c` starts; undefined where there is none to be seen. */
  wrapped(argv: readonly string[]): readonly string[] | undefined;
}

/** The files of an image, and what its config says of how they are started. */
export interface StartedFiles {
  readonly tree: FileTree;
  readonly config: RunConfig;
}
