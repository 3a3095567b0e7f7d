import type { Word } from './tree.ts';

/**
 * Splits at blanks outside of quotes, as BuildKit splits the arguments of an instruction. `offset` is where `text`
 * begins in the file. An open quote ends with the text.
 */
export function splitWords(text: string, offset: number, escape: string): readonly Word[] {
  return [...text.matchAll(wordPattern(escape))].map(({ 0: word, index }) => {
    const start = offset + index;
    return { text: word, start, end: start + word.length };
  });
}

/** Where the word that begins at `start` ends. */
export function wordEnd(text: string, start: number, escape: string): number {
  const [first] = text.slice(start).matchAll(wordPattern(escape));
  return start + (first?.[0].length ?? 0);
}

function wordPattern(escape: string): RegExp {
  return escape === '`' ? WORD_WITH_BACKTICK : WORD_WITH_BACKSLASH;
}

/** Escaped characters, quoted parts (one quote within the other is text), and all that is no blank. */
const WORD_WITH_BACKSLASH = /(?:\\[^]|"(?:\\[^]|[^"\\])*(?:"|\\?$)|'[^']*(?:'|$)|[^ \t\n\r"'\\]+|\\$)+/g;
const WORD_WITH_BACKTICK = /(?:`[^]|"(?:`[^]|[^"`])*(?:"|`?$)|'[^']*(?:'|$)|[^ \t\n\r"'`]+|`$)+/g;

/** The items of an exec form, without their quotes; undefined for anything that is no JSON list of texts. */
export function splitExec(text: string, offset: number): readonly Word[] | undefined {
  if (!/^\s*\[/.test(text) || !isListOfTexts(text)) return undefined;
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => {
    const start = offset + match.index + 1;
    const raw = match[1] ?? '';
    return { text: raw, start, end: start + raw.length };
  });
}

function isListOfTexts(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
  } catch {
    return false;
  }
}
