import type { Word } from './tree.ts';

/**
 * Splits at blanks outside of quotes, as BuildKit splits the arguments of an instruction. `offset` is where `text`
 * begins in the file. An open quote ends with the text.
 */
export function splitWords(text: string, offset: number, escape: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) {
      at++;
      continue;
    }
    const end = wordEnd(text, at, escape);
    words.push({ text: text.slice(at, end), start: offset + at, end: offset + end });
    at = end;
  }
  return words;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** Where the word that begins at `start` ends. */
export function wordEnd(text: string, start: number, escape: string): number {
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote === '' && isBlank(character)) return at;
    if (character === escape && quote !== "'") at++;
    else if (character === '"' || character === "'") quote = quoteAfter(character, quote);
  }
  return text.length;
}

/** One quote within the other is text. */
function quoteAfter(character: string, open: string): string {
  if (open === '') return character;
  return open === character ? '' : open;
}

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
