import type { Word, WordPart } from 'unbash';
import type { ShellWord } from './script.ts';

/** A word of unbash in the terms of the file it stands in. */
export function shellWord(word: Word, offset: number): ShellWord {
  const parts = word.parts ?? [];
  return {
    text: word.text,
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
