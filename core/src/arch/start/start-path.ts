import type { Platform } from '../../model/index.ts';
import type { Found, FileTree, TreeFile } from '../layers/file-tree.ts';
import { linuxSystem } from './linux-system.ts';
import { startCommands, type StartCommand } from './start-command.ts';
import type { StartedFiles, StartSystem } from './start-system.ts';
import { windowsSystem } from './windows-system.ts';

/** A program on the way from the engine to what the image is for. */
export interface StartProgram {
  readonly what: string;
  /** As it is asked for. */
  readonly name: string;
  readonly found: Found<TreeFile>;
}

/** Something that the way leads to and the image does not have. */
export interface StartGap {
  readonly what: string;
  readonly name: string;
  /** The file that asks for it. */
  readonly by: Found<TreeFile>;
  readonly kind: 'loader' | 'interpreter';
}

export interface StartPath {
  readonly programs: readonly StartProgram[];
  readonly gaps: readonly StartGap[];
}

/** Wrappers in wrappers in scripts: real images have at most three. */
const STEPS = 6;

/**
 * The programs that run when a container starts or is asked for its health: the first word, what wrappers and
 * `#!` lines lead on to, and the loader of each.
 */
export function startPath(image: StartedFiles & { readonly platform: Platform }): StartPath {
  const system = image.platform.os === 'windows' ? windowsSystem(image) : linuxSystem(image);
  const walk = new StartWalk(image.tree, system);
  for (const command of startCommands(image.config, system)) walk.follow(command);
  return walk;
}

class StartWalk implements StartPath {
  readonly programs: StartProgram[] = [];
  readonly gaps: StartGap[] = [];
  readonly #tree: FileTree;
  readonly #system: StartSystem;

  constructor(tree: FileTree, system: StartSystem) {
    this.#tree = tree;
    this.#system = system;
  }

  follow({ what, argv }: StartCommand): void {
    const waiting: (readonly string[])[] = [argv];
    for (let steps = 0; waiting.length > 0 && steps < STEPS; steps++) {
      const [name = '', ...rest] = waiting.shift() ?? [];
      const found = this.#system.find(name);
      if (found === undefined) continue;
      this.#add({ what, name, found });
      const next = this.#system.wrapped([name, ...rest]) ?? this.#handedOn(found, rest);
      if (next !== undefined) waiting.push(next);
      const interpreted = this.#interpreter({ what, name, found });
      if (interpreted !== undefined) waiting.push(interpreted);
    }
  }

  /** What a script is given to run, most often by `exec "$@"`. */
  #handedOn({ node }: Found<TreeFile>, rest: readonly string[]): readonly string[] | undefined {
    return node.facts.binary?.format === 'script' && rest.length > 0 ? rest : undefined;
  }

  #add(program: StartProgram): void {
    if (this.programs.some(({ found }) => found.path === program.found.path)) return;
    this.programs.push(program);
    const { binary } = program.found.node.facts;
    if (binary?.format !== 'elf' || binary.interpreter === undefined) return;
    const { what, found } = program;
    const loader = this.#tree.resolveFile(binary.interpreter);
    if (loader === undefined) this.gaps.push({ what, name: binary.interpreter, by: found, kind: 'loader' });
    else this.#add({ what, name: binary.interpreter, found: loader });
  }

  /** The command line that a `#!` line makes. */
  #interpreter({ what, found }: StartProgram): readonly string[] | undefined {
    const { binary } = found.node.facts;
    if (binary?.format !== 'script') return undefined;
    const { interpreter, argument } = binary;
    if (this.#system.find(interpreter) === undefined) {
      this.gaps.push({ what, name: interpreter, by: found, kind: 'interpreter' });
      return undefined;
    }
    return [interpreter, ...(argument === undefined ? [] : argument.split(/\s+/))];
  }
}
