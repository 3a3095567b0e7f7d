import type { Word, WordPart } from 'unbash';
import type { ShellWord } from './script.ts';

/** A word of unbash in the terms of the file it stands in. */
export function shellWord(word: Word, offset: number): ShellWord {
  const { text } = word;
  // Its parts are read when they are asked for, which costs more than all else; most words have none.
  const parts = isPlain(text) ? [] : (word.parts ?? []);
  return {
    text,
    value: word.value,
    isLiteral: parts.every(isLiteralPart),
    hasSingleQuotes: parts.some(({ type }) => type === 'SingleQuoted'),
    start: word.pos + offset,
    end: word.end + offset,
  };
}

function isLiteralPart(part: WordPart): boolean {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return true;
    case 'DoubleQuoted':
      return part.parts.every(isLiteralPart);
    default:
      return false;
  }
}

/** Whether the shell leaves a word as it is written. */
export function isPlain(text: string): boolean {
  return !/[^\w./:=@%+,-]/.test(text);
}
