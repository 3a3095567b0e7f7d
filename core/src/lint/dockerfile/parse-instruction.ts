import type { Instruction as Parsed } from 'dockerfile-ast';
import type { SourceText, Span } from '../source-text.ts';
import { splitExec, splitWords } from './split-words.ts';
import type { Assignment, Flag, Heredoc, Instruction, Word } from './tree.ts';

export interface InstructionContext {
  readonly source: SourceText;
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

/** One instruction, from the place that dockerfile-ast found for it, with what ONBUILD holds. */
export function parseInstruction(parsed: Parsed, context: InstructionContext): Instruction {
  const instruction = parsePlain(parsed, context);
  const kept = hasTrigger(parsed) ? parsed.getTriggerInstruction() : null;
  if (kept === null) return instruction;
  const { start, end } = instruction;
  return { ...instruction, trigger: { ...parsePlain(kept, context), onBuild: { start, end } } };
}

function hasTrigger(parsed: Parsed): parsed is Parsed & { getTriggerInstruction(): Parsed | null } {
  return 'getTriggerInstruction' in parsed;
}

function parsePlain(parsed: Parsed, { source, escape }: InstructionContext): Instruction {
  const span = toSpan(parsed.getRange(), source);
  const keyword = parsed.getKeyword();
  const argumentsStart = toSpan(parsed.getInstructionRange(), source).end;
  const raw = source.text.slice(argumentsStart, span.end);
  // The parser reads all arguments again for it, which takes longer than everything else.
  const heredocs = raw.includes('<<') ? readHeredocs(parsed, source) : [];
  const heredocStart = firstBody(heredocs, source, span) - argumentsStart;
  const clean = blankContinuations(raw.slice(0, heredocStart), escape);
  const flags = readFlags(clean, argumentsStart, escape);
  const bodyStart =
    skipBlanks(clean, (flags.at(-1)?.end ?? argumentsStart) - argumentsStart) + argumentsStart;
  const text = clean.slice(bodyStart - argumentsStart);
  const exec = TAKES_EXEC.has(keyword) ? splitExec(text, bodyStart) : undefined;
  const words = exec ?? splitWords(text, bodyStart, escape);
  return {
    ...span,
    keyword,
    flags,
    body: { start: bodyStart, end: span.end },
    text: text + raw.slice(heredocStart),
    textEnd: text.length,
    words,
    heredocs,
    isExec: exec !== undefined,
    assignments: keyword === 'ARG' || keyword === 'ENV' ? readAssignments(words, keyword) : [],
  };
}

interface AstRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export function toSpan({ start, end }: AstRange, source: SourceText): Span {
  const offset = (place: AstRange['start']): number =>
    source.offsetAt({ line: place.line + 1, column: place.character + 1 });
  return { start: offset(start), end: offset(end) };
}

interface HeredocParser {
  getHeredocs(): readonly {
    getName(): string;
    getStartRange(): AstRange;
    getContentRange(): AstRange | null;
  }[];
}

function readHeredocs(parsed: Parsed, source: SourceText): readonly Heredoc[] {
  if (!hasHeredocs(parsed)) return [];
  return parsed.getHeredocs().flatMap((heredoc) => {
    const range = heredoc.getContentRange();
    const start = source.slice(toSpan(heredoc.getStartRange(), source));
    const quoted = /^<<-?["']/.test(start);
    return range === null ? [] : [{ name: heredoc.getName(), quoted, body: toSpan(range, source) }];
  });
}

/** ADD, COPY and RUN have the method in public, their base class as a protected one. */
function hasHeredocs(parsed: unknown): parsed is HeredocParser {
  return typeof parsed === 'object' && parsed !== null && 'getHeredocs' in parsed;
}

/** The end of the line before the first heredoc's body. */
function firstBody(heredocs: readonly Heredoc[], source: SourceText, span: Span): number {
  const first = heredocs[0];
  return first === undefined ? span.end : Math.max(source.lineStart(first.body.start) - 1, span.start);
}

/** Continuations, comment lines and empty lines within an instruction, each character replaced by a blank. */
function blankContinuations(raw: string, escape: string): string {
  if (!raw.includes('\n')) return raw;
  const ending = new RegExp(`${escape === '\\' ? '\\\\' : escape}[ \\t\\r]*$`);
  return raw
    .split('\n')
    .map((line, index) =>
      index > 0 && /^\s*(#|$)/.test(line)
        ? ' '.repeat(line.length)
        : line.replace(ending, (match) => ' '.repeat(match.length)),
    )
    .join(' ');
}

function readFlags(clean: string, offset: number, escape: string): readonly Flag[] {
  const flags: Flag[] = [];
  for (const word of splitWords(clean, offset, escape)) {
    const [matched, name = ''] = /^--([a-z][a-z-]*)(?:=|$)/.exec(word.text) ?? [];
    if (matched === undefined) break;
    const value = {
      text: word.text.slice(matched.length),
      start: word.start + matched.length,
      end: word.end,
    };
    flags.push({ name, value, start: word.start, end: word.end });
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
