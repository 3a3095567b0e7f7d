import type { Writable } from 'node:stream';
import { terminalColumns, type Io } from '../io.ts';
import { paintFor, type Paint } from './style.ts';

/** How text is set on one stream. */
export interface TextLayout {
  readonly paint: Paint;
  /** Columns that lines of prose keep within. */
  readonly width: number;
}

/** Of a terminal, its own columns; elsewhere 80, which every page and log has room for. */
export function layoutFor(stream: Writable, env: Io['env']): TextLayout {
  return { paint: paintFor(stream, env), width: terminalColumns(stream) ?? 80 };
}

/**
 * A piece of prose that no line ends within: a word, with all that stands in double quotes or braces in it, so that a
 * command or a setting can be copied as it is.
 */
const PIECE = /(?:"[^"\n]*"|\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}|\S)+/g;

/** Breaks at blanks between pieces, and at newlines; a piece that is too long stands alone. */
export function wrapProse(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    for (const [piece] of paragraph.matchAll(PIECE)) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + piece.length <= width)
        lines[lines.length - 1] = `${last} ${piece}`;
      else lines.push(piece);
    }
    return lines;
  });
}

/** Wrapped prose after a label, under the first word of which all further lines begin. */
export function hangProse(label: string, text: string, width: number): readonly string[] {
  const indent = ' '.repeat(label.length);
  return wrapProse(text, width - label.length).map((line, at) => `${at === 0 ? label : indent}${line}`);
}

/** `1 error`, `2 errors`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
