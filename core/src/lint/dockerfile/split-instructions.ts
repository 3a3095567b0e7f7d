import type { Span } from '../source-text.ts';
import { splitWords } from './split-words.ts';
import type { Heredoc } from './tree.ts';

/** One instruction with its continuations and heredocs. */
export interface Piece extends Span {
  /** Where it ends without the bodies of heredocs. */
  readonly headEnd: number;
  readonly heredocs: readonly Heredoc[];
}

/** Where the instructions and comments of a Dockerfile lie. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  /** Full lines, those within instructions too; a `#` elsewhere is text. */
  readonly comments: readonly Span[];
}

/** Splits a Dockerfile as BuildKit's parser does (frontend/dockerfile/parser), line by line. Never fails. */
export function splitInstructions(text: string, escape: string): Pieces {
  const splitter = new Splitter(text, escape);
  const pieces: Piece[] = [];
  for (let line = splitter.nextContent(); line !== undefined; line = splitter.nextContent()) {
    pieces.push(splitter.piece(line));
  }
  return { pieces, comments: splitter.comments };
}

/**
 * How long a line is that goes on in the next one, without the escape character at its end; undefined for another.
 * Two such characters are that character itself.
 */
export function continuedLength(line: string, escape: string): number | undefined {
  const text = line.trimEnd();
  return text.endsWith(escape) && !text.endsWith(escape + escape) ? text.length - 1 : undefined;
}

/** Empty lines and comments stand within an instruction without ending it. */
export function isSkipped(line: string): boolean {
  const text = line.trimStart();
  return text === '' || text.startsWith('#');
}

interface Line extends Span {
  readonly text: string;
}

class Splitter {
  readonly comments: Span[] = [];
  readonly #text: string;
  readonly #escape: string;
  #at = 0;

  constructor(text: string, escape: string) {
    this.#text = text;
    this.#escape = escape;
  }

  /** The next line that is neither empty nor a comment. */
  nextContent(): Line | undefined {
    for (let line = this.#next(); line !== undefined; line = this.#next()) {
      if (!isSkipped(line.text)) return line;
      const indent = line.text.indexOf('#');
      if (indent !== -1) this.comments.push({ start: line.start + indent, end: line.end });
    }
    return undefined;
  }

  /** The instruction that begins in a line. */
  piece(first: Line): Piece {
    let last = first;
    while (continuedLength(last.text, this.#escape) !== undefined) {
      const next = this.nextContent();
      if (next === undefined) break;
      last = next;
    }
    const start = first.start + first.text.search(/\S/);
    const headEnd = last.start + last.text.trimEnd().length;
    const names = this.#heredocNames(start, headEnd);
    const heredocs = names.map((name) => this.#heredoc(name));
    return { start, headEnd, heredocs, end: heredocs.length > 0 ? this.#endOfLast() : headEnd };
  }

  #next(): Line | undefined {
    const start = this.#at;
    if (start >= this.#text.length) return undefined;
    const newline = this.#text.indexOf('\n', start);
    const next = newline === -1 ? this.#text.length : newline;
    this.#at = next + 1;
    const end = this.#text[next - 1] === '\r' && next > start ? next - 1 : next;
    return { start, end, text: this.#text.slice(start, end) };
  }

  /** Where the line that was read last ends. */
  #endOfLast(): number {
    const end = Math.min(this.#at - 1, this.#text.length);
    return this.#text[end - 1] === '\r' ? end - 1 : end;
  }

  #heredocNames(start: number, end: number): readonly HeredocName[] {
    const head = this.#text.slice(start, end);
    if (!head.includes('<<') || !TAKES_HEREDOCS.test(head)) return [];
    return splitWords(head, start, this.#escape).flatMap(({ text }) => readHeredocName(text) ?? []);
  }

  /** The lines up to the one that is the name, or to the end of the file. */
  #heredoc({ name, quoted, chomps }: HeredocName): Heredoc {
    const start = Math.min(this.#at, this.#text.length);
    for (let line = this.#next(); line !== undefined; line = this.#next()) {
      const text = chomps ? line.text.replace(/^\t+/, '') : line.text;
      if (text === name) return { name, quoted, body: { start, end: line.start } };
    }
    return { name, quoted, body: { start, end: this.#text.length } };
  }
}

interface HeredocName extends Pick<Heredoc, 'name' | 'quoted'> {
  /** `<<-`: tabs before the lines do not count. */
  readonly chomps: boolean;
}

const TAKES_HEREDOCS = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i;

function readHeredocName(word: string): HeredocName | undefined {
  const [, dash, rest = ''] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? [];
  const name = rest.replace(/["'\\]/g, '');
  return name === '' ? undefined : { name, quoted: name !== rest, chomps: dash === '-' };
}
