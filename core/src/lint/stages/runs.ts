import type { Instruction, Word } from '../dockerfile/tree.ts';
import type { Mount } from './mounts.ts';
import { readMounts } from './mounts.ts';
import { namesSetBy, type SetNames } from '../shell/assigned-names.ts';
import { parseScript } from '../shell/parse-script.ts';
import type { ShellCommand, ShellScript } from '../shell/script.ts';
import type { StageFacts } from './stage-facts.ts';

/** A RUN step. */
export interface Run {
  readonly instruction: Instruction;
  readonly stage: StageFacts;
  readonly script: ShellScript;
  readonly sets: SetNames;
  /** What the script was read from; its positions are offsets after `textStart`. */
  readonly text: string;
  readonly textStart: number;
  readonly mounts: readonly Mount[];
}

/** Whether a step may set a variable by itself. */
export function setsVariable({ sets: { names, mayBeAny } }: Run, name: string): boolean {
  return mayBeAny || names.has(name);
}

/** A command where it stands. */
export interface PlacedCommand {
  readonly command: ShellCommand;
  readonly run: Run;
}

/** Every command of every RUN step. */
export function placeCommands(runs: readonly Run[]): readonly PlacedCommand[] {
  return runs.flatMap((run) => run.script.commands.map((command) => ({ command, run })));
}

const NONE: ShellScript = { commands: [], variables: [], comparisons: [], choices: [] };

/** The RUN steps of all stages; those for PowerShell and cmd have no script. */
export function readRuns(stages: readonly StageFacts[]): readonly Run[] {
  const foreign = new Set<StageFacts>();
  return stages.flatMap((stage) => {
    let isForeign = stage.parent !== undefined && foreign.has(stage.parent);
    const runs: Run[] = [];
    for (const instruction of stage.stage.instructions) {
      if (instruction.keyword === 'SHELL') isForeign = !instruction.words.some(isShell);
      if (instruction.keyword === 'RUN') runs.push(readRun(instruction, stage, isForeign));
    }
    if (isForeign) foreign.add(stage);
    return runs;
  });
}

/** One of the words of SHELL: `sh` may be a part of another program, as in `busybox sh -c`. */
function isShell({ text }: Word): boolean {
  return /(^|\/)(ba|da|a|k|z)?sh$/.test(text);
}

function readRun(instruction: Instruction, stage: StageFacts, isForeign: boolean): Run {
  const { text, start } = scriptOf(instruction);
  const script = isForeign ? NONE : readScript(instruction, text, start);
  return {
    instruction,
    stage,
    text,
    textStart: start,
    mounts: readMounts(instruction),
    script,
    sets: namesSetBy(script, text),
  };
}

/** A RUN that is a heredoc alone runs its body. */
function scriptOf({ text, textEnd, body, heredocs }: Instruction): {
  readonly text: string;
  readonly start: number;
} {
  const [only] = heredocs;
  if (only === undefined || !/^<<-?["']?\w+["']?\s*$/.test(text.slice(0, textEnd)))
    return { text, start: body.start };
  const start = only.body.start;
  return { text: text.slice(start - body.start, only.body.end - body.start), start };
}

function readScript(instruction: Instruction, text: string, start: number): ShellScript {
  if (/^\s*#!(?!.*sh\b)/.test(text)) return NONE;
  if (!instruction.isExec) return parseScript(text, start);
  const [name, ...args] = instruction.words;
  if (name === undefined) return NONE;
  const command = {
    index: 0,
    name: name.text.slice(name.text.lastIndexOf('/') + 1),
    nameSpan: { start: name.start, end: name.end },
    args: args.map((word) => ({ ...word, value: word.text, isLiteral: true, hasSingleQuotes: true })),
    assignments: [],
    outputs: [],
    guards: [],
    start: instruction.body.start,
    end: instruction.body.end,
  };
  return { ...NONE, commands: [command] };
}
