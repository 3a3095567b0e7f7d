import type { FileTree, Found, TreeFile } from '../layers/file-tree.ts';
import { baseName, partsOf } from '../layers/entry-path.ts';
import type { RunConfig } from './run-config.ts';
import type { StartedFiles, StartSystem } from './start-system.ts';

/** How Windows starts programs; its layers keep the drive C below `Files` and the registry below `Hives`. */
export function windowsSystem({ tree, config }: StartedFiles): StartSystem {
  const root = tree.list('Files').length > 0 ? 'Files' : '';
  const lookup: Lookup = {
    folders: searchFolders(config),
    extensions: (variable('PATHEXT', config) ?? DEFAULT_EXTENSIONS).split(';').filter((each) => each !== ''),
    file: (path) => resolveIgnoringCase(tree, root, path),
  };
  return {
    shell: ['cmd', '/S', '/C'],
    words: (argv, { argsEscaped }) => (argsEscaped ? splitCommandLine(argv.join(' ')) : argv),
    find: (name) => find(name, lookup),
    wrapped: ([program = '', ...rest]) => shellCommand(programName(program), rest),
  };
}

interface Lookup {
  /** Where a name without a folder is looked for, in this order. */
  readonly folders: readonly string[];
  /** What a name may be lacking. */
  readonly extensions: readonly string[];
  /** The regular file of a path on drive C, with slashes. */
  readonly file: (path: string) => Found<TreeFile> | undefined;
}

function find(name: string, { folders, extensions, file }: Lookup): Found<TreeFile> | undefined {
  const path = onDrive(unquoted(name));
  if (path === undefined || path === '') return undefined;
  const [workingDirectory = ''] = folders;
  const within = path.startsWith('/') ? [''] : path.includes('/') ? [workingDirectory] : folders;
  const endings = /\.\w+$/.test(path) ? ['', ...extensions] : [...extensions, ''];
  for (const folder of within) {
    for (const ending of endings) {
      const found = file(`${folder}/${path}${ending}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The path on drive C, with slashes, of which the first says that it is absolute; undefined on another drive. */
function onDrive(path: string): string | undefined {
  const [, drive, rest = ''] = /^(?:([A-Za-z]):)?(.*)$/s.exec(path.replaceAll('\\', '/')) ?? [];
  if (drive !== undefined && drive.toUpperCase() !== 'C') return undefined;
  return drive === undefined || rest.startsWith('/') ? rest : `/${rest}`;
}

const DEFAULT_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';

/** Of the base images, where the config says none: it then stands in their registry. */
const DEFAULT_PATH =
  'C:\\Windows\\System32;C:\\Windows;C:\\Windows\\System32\\Wbem;C:\\Windows\\System32\\WindowsPowerShell\\v1.0';

/** As CreateProcess looks: the working directory first, then the folders of the system, then those of PATH. */
function searchFolders(config: RunConfig): readonly string[] {
  const path = variable('PATH', config) ?? DEFAULT_PATH;
  const named = [config.workingDirectory || '/', 'C:/Windows/System32', 'C:/Windows', ...path.split(';')];
  return [
    ...new Set(named.flatMap((folder) => onDrive(folder) ?? []).filter((folder) => folder.startsWith('/'))),
  ];
}

/** Names of variables have no case there. */
function variable(name: string, { environment }: RunConfig): string | undefined {
  const isNamed = (entry: string): boolean => entry.slice(0, name.length + 1).toUpperCase() === `${name}=`;
  return environment.findLast(isNamed)?.slice(name.length + 1);
}

/** Windows takes `..` out of a path before it looks at the disk. */
function resolveIgnoringCase(tree: FileTree, root: string, path: string): Found<TreeFile> | undefined {
  let at = root;
  for (const part of partsOf(path)) {
    const next = `${at}/${part}`;
    at = tree.resolve(next) === undefined ? (sibling(tree, at, part) ?? next) : next;
  }
  return tree.resolveFile(at);
}

function sibling(tree: FileTree, folder: string, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return tree.list(folder).find(({ path }) => baseName(path).toLowerCase() === wanted)?.path;
}

/** Blanks separate, double quotes hold together and are kept. */
function splitCommandLine(line: string): readonly string[] {
  return line.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

function unquoted(word: string): string {
  return word.replaceAll('"', '');
}

function programName(program: string): string {
  return baseName(unquoted(program).replaceAll('\\', '/'))
    .toLowerCase()
    .replace(/\.exe$/, '');
}

/** The option that a command line follows, of the shells that base images have. */
const SHELLS: Readonly<Record<string, RegExp>> = {
  cmd: /^\/[ck]$/i,
  powershell: /^[-/]c(?:ommand)?$/i,
  pwsh: /^[-/]c(?:ommand)?$/i,
};

function shellCommand(name: string, rest: readonly string[]): readonly string[] | undefined {
  const option = Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined;
  const at = option === undefined ? -1 : rest.findIndex((word) => option.test(word));
  if (at === -1) return undefined;
  const given = rest.slice(at + 1);
  const line = (name === 'cmd' && given.length > 1 ? given.map(quoted) : given).join(' ');
  // Settings such as `$ErrorActionPreference = 'Stop';` stand before the command of many images.
  const words = splitCommandLine(line.replace(/^(?:\s*\$\w+\s*=[^;]*;)*\s*&?\s*/, ''));
  return words.length === 0 ? undefined : words;
}

/** As the engine passes a word with blanks; PowerShell takes the quotes off and joins what is left. */
function quoted(word: string): string {
  return /\s/.test(word) && !word.includes('"') ? `"${word}"` : word;
}
