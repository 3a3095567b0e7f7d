import type { FileTree, Found, TreeFile } from '../layers/file-tree.ts';
import { baseName } from '../layers/entry-path.ts';
import type { RunConfig } from './run-config.ts';
import type { StartedFiles, StartSystem } from './start-system.ts';
import { wrappedCommand } from './wrapped-command.ts';

/** How Linux and its likes start programs. */
export function linuxSystem({ tree, config }: StartedFiles): StartSystem {
  return {
    shell: ['/bin/sh', '-c'],
    words: (argv) => argv,
    find: (name) => find(name, tree, config),
    wrapped: ([program = '', ...rest]) => wrappedCommand(baseName(program), rest),
  };
}

function find(name: string, tree: FileTree, config: RunConfig): Found<TreeFile> | undefined {
  if (name === '') return undefined;
  if (name.startsWith('/')) return tree.resolveFile(name);
  if (name.includes('/')) return tree.resolveFile(`${config.workingDirectory}/${name}`);
  for (const folder of searchPath(config)) {
    const found = tree.resolveFile(`${folder}/${name}`);
    if (found?.node.facts.executable === true) return found;
  }
  return undefined;
}

/** Of runc, where neither the image nor the caller says one. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The directories of PATH, each once. */
export function searchPath({ environment }: RunConfig): readonly string[] {
  const set = environment.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return [...new Set((set ?? DEFAULT_PATH).split(':').filter((folder) => folder.startsWith('/')))];
}
