import { continuedLength, isSkipped, type Piece } from './split-instructions.ts';
import { splitExec, splitWords, wordEnd } from './split-words.ts';
import type { Assignment, Flag, Instruction, Word } from './tree.ts';

export interface InstructionContext {
  /** The whole file. */
  readonly text: string;
  readonly escape: string;
}

const TAKES_EXEC: ReadonlySet<string> = new Set([
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'SHELL',
  'VOLUME',
  'COPY',
  'ADD',
]);

/** One instruction, with what ONBUILD keeps. */
export function parseInstruction(piece: Piece, context: InstructionContext): Instruction {
  const instruction = parsePlain(piece, context);
  const { keyword, start, end, body } = instruction;
  if (keyword !== 'ONBUILD' || body.start >= piece.headEnd) return instruction;
  const trigger = parsePlain({ ...piece, start: body.start }, context);
  return { ...instruction, trigger: { ...trigger, onBuild: { start, end } } };
}

function parsePlain(piece: Piece, { text: file, escape }: InstructionContext): Instruction {
  const { start, end, headEnd, heredocs } = piece;
  const head = blankContinuations(file.slice(start, headEnd), escape);
  const [written = ''] = /^\S*/.exec(head) ?? [];
  const keyword = written.toUpperCase();
  const flags = readFlags(head, written.length, { start, escape });
  const bodyStart = skipBlanks(head, (flags.at(-1)?.end ?? start + written.length) - start) + start;
  const text = head.slice(bodyStart - start);
  const exec = TAKES_EXEC.has(keyword) ? splitExec(text, bodyStart) : undefined;
  const words = exec ?? splitWords(text, bodyStart, escape);
  return {
    start,
    end,
    keyword,
    flags,
    body: { start: bodyStart, end },
    text: text + file.slice(headEnd, end),
    textEnd: text.length,
    words,
    heredocs,
    isExec: exec !== undefined,
    assignments: keyword === 'ARG' || keyword === 'ENV' ? readAssignments(words, keyword) : [],
  };
}

/** Continuations, comment lines and empty lines within an instruction, each character replaced by a blank. */
function blankContinuations(raw: string, escape: string): string {
  if (!raw.includes('\n')) return raw;
  return raw
    .split('\n')
    .map((line, index) => {
      const kept = index > 0 && isSkipped(line) ? 0 : continuedLength(line, escape);
      return kept === undefined ? line : line.slice(0, kept).padEnd(line.length);
    })
    .join(' ');
}

interface FlagContext {
  /** Where the text begins in the file. */
  readonly start: number;
  readonly escape: string;
}

/** The flags that follow the keyword; most instructions have none. */
function readFlags(head: string, from: number, { start, escape }: FlagContext): readonly Flag[] {
  const flags: Flag[] = [];
  let at = skipBlanks(head, from);
  while (head.startsWith('--', at)) {
    const end = wordEnd(head, at, escape);
    const word = head.slice(at, end);
    const [matched, name = ''] = /^--([a-z][a-z-]*)(?:=|$)/.exec(word) ?? [];
    if (matched === undefined) break;
    const span = { start: start + at, end: start + end };
    const value = { text: word.slice(matched.length), start: span.start + matched.length, end: span.end };
    flags.push({ name, value, ...span });
    at = skipBlanks(head, end);
  }
  return flags;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at++;
  return at;
}

/** `NAME`, `NAME=value`, or for ENV the old `NAME value of all words`. */
function readAssignments(words: readonly Word[], keyword: string): readonly Assignment[] {
  const [first, second] = words;
  const last = words.at(-1);
  if (keyword === 'ENV' && first !== undefined && !first.text.includes('=')) {
    if (second === undefined || last === undefined) return [];
    const text = words
      .slice(1)
      .map((word) => word.text)
      .join(' ');
    return [
      {
        name: first.text,
        nameSpan: first,
        start: first.start,
        end: last.end,
        value: { text, start: second.start, end: last.end },
      },
    ];
  }
  return words.map(readAssignment);
}

function readAssignment(word: Word): Assignment {
  const equals = word.text.indexOf('=');
  const { start, end } = word;
  if (equals === -1) return { name: word.text, nameSpan: { start, end }, start, end };
  const valueStart = start + equals + 1;
  return {
    name: word.text.slice(0, equals),
    nameSpan: { start, end: start + equals },
    start,
    end,
    value: { text: word.text.slice(equals + 1), start: valueStart, end },
  };
}
