import type { Span } from '../source-text.ts';

/** `$NAME` or `${NAME…}` that the shell expands. */
export interface ShellVariable extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  /** `-`, `:-`, `+`, `#`, `/` and the like. */
  readonly operator?: string;
  /** Of `-`, `:-`, `=` and `:=`: what stands for a missing value. */
  readonly fallback?: string;
  /** Index of the command whose word holds it. */
  readonly command: number;
}

export interface ShellWord extends Span {
  /** As it is written. */
  readonly text: string;
  /** Without quotes; variables and substitutions stand in it as they are written. */
  readonly value: string;
  /** Nothing in it is expanded. */
  readonly isLiteral: boolean;
  /** The whole word, or a part of it, stands in single quotes. */
  readonly hasSingleQuotes: boolean;
}

export interface ShellAssignment extends Span {
  readonly name: string;
  readonly value?: ShellWord;
}

/** What must hold for a command to run: the branch of an `if`, `case` or `&&` it stands in. */
export interface Guard {
  /** Which `if`, `case` or chain; the branches of one share it. */
  readonly choice: number;
  /** The condition or pattern as it is written. */
  readonly condition: string;
}

/** A simple command; those of substitutions, branches, functions and nested shells count too. */
export interface ShellCommand extends Span {
  readonly index: number;
  /** `''` for assignments alone. The last part of a path. */
  readonly name: string;
  /** Where the name stands; of assignments, where the first begins. */
  readonly nameSpan: Span;
  readonly args: readonly ShellWord[];
  /** Before the name: for this command alone when there is one, else for all that follows. */
  readonly assignments: readonly ShellAssignment[];
  /** Files that output goes to. */
  readonly outputs: readonly ShellWord[];
  readonly guards: readonly Guard[];
}

/** A variable compared with texts: `[ "$A" = b ]`, `[[ ]]`, `test`, or a branch of `case`. */
export interface Comparison {
  readonly variable: string;
  readonly values: readonly ShellWord[];
  /** Of `case`: which one; its branches share it. */
  readonly choice?: number;
}

/** An `if` or `case` with its branches. */
export interface Choice extends Span {
  readonly kind: 'if' | 'case';
  readonly id: number;
  readonly branches: readonly Branch[];
}

export interface Branch {
  /** `''` for `else`, `*` for the branch of a case that takes all. */
  readonly condition: string;
  readonly conditionSpan: Span;
  readonly body: Span;
}

/** A script with everything that rules ask for, in the order it is written. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  readonly variables: readonly ShellVariable[];
  readonly comparisons: readonly Comparison[];
  readonly choices: readonly Choice[];
}
