import type { Span } from '../source-text.ts';

/** A word as it is written, quotes and variables included. */
export interface Word extends Span {
  readonly text: string;
}

/** `--name=value` before the arguments of an instruction. */
export interface Flag extends Span {
  readonly name: string;
  readonly value: Word;
}

export interface Heredoc {
  readonly name: string;
  /** `<<'EOF'`: nothing in it is expanded. */
  readonly quoted: boolean;
  readonly body: Span;
}

/** `NAME=value` of ARG and ENV; without a value for a bare ARG. */
export interface Assignment extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value?: Word;
}

export interface Instruction extends Span {
  /** In capitals. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** What follows the flags. */
  readonly body: Span;
  /**
   * The body with line continuations, comment lines and empty lines blanked out: as long as the body, so that an
   * index into it is an offset after `body.start`. Heredocs stand in it unchanged.
   */
  readonly text: string;
  /** Where the heredocs begin in `text`, or its length. */
  readonly textEnd: number;
  readonly words: readonly Word[];
  readonly heredocs: readonly Heredoc[];
  /** The exec form `["a", "b"]`; `words` then are its items without quotes. */
  readonly isExec: boolean;
  /** Of ARG and ENV. */
  readonly assignments: readonly Assignment[];
  /** What ONBUILD keeps for later. */
  readonly trigger?: Instruction;
  /** Of such a trigger: the ONBUILD that it stands in. */
  readonly onBuild?: Span;
}

/** What `FROM` says. */
export interface Stage {
  readonly index: number;
  readonly from: Instruction;
  /** In small letters, as BuildKit compares them. */
  readonly name?: string;
  readonly base: Word;
  readonly platform?: Flag;
  /** After FROM. */
  readonly instructions: readonly Instruction[];
  /** What its ONBUILD instructions run at the start of a stage or an image made from it, and only of that. */
  readonly triggers: readonly Instruction[];
}

export interface Comment extends Span {
  /** Without `#`. */
  readonly text: string;
}

export interface DockerfileTree {
  readonly escape: string;
  /** Of the first lines, by name in small letters. */
  readonly directives: ReadonlyMap<string, string>;
  /** ARG before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
  readonly comments: readonly Comment[];
}

/** Every instruction, triggers of ONBUILD and FROM lines included. */
export function allInstructions({ globals, stages }: DockerfileTree): readonly Instruction[] {
  return [
    ...globals,
    ...stages.flatMap(({ from, instructions, triggers }) => [from, ...instructions, ...triggers]),
  ];
}

/** What ARG declares in stages, in triggers of ONBUILD too. */
export function declarations(stages: readonly Stage[]): readonly Assignment[] {
  return stages
    .flatMap(({ instructions, triggers }) => [...instructions, ...triggers])
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ assignments }) => assignments);
}
