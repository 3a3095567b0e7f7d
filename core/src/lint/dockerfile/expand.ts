import type { Span } from '../source-text.ts';

/** `$NAME` or `${NAME…}` in a word of a Dockerfile. */
export interface Reference extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  /** `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` or `//`. */
  readonly operator?: string;
  /** What follows the operator. */
  readonly operand: string;
}

export interface ExpandOptions {
  readonly escape: string;
  /** In a heredoc quotes are text like any other. */
  readonly quotesAreText?: boolean;
}

const REFERENCE = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*))/;
const OPERATOR = /^(?::?[-+?]|##?|%%?|\/\/?)/;

/** Every variable that a word names, those within the operand of another included. */
export function findReferences(text: string, offset: number, options: ExpandOptions): readonly Reference[] {
  if (!text.includes('$')) return [];
  const found: Reference[] = [];
  walk(text, options, {
    text: () => undefined,
    reference: (reference, at) => {
      const shifted = shift(reference, offset + at);
      const operandStart = shifted.end - 1 - reference.operand.length;
      found.push(shifted);
      if (reference.operator !== undefined)
        found.push(...findReferences(reference.operand, operandStart, options));
    },
  });
  return found;
}

export type Lookup = (name: string) => string | undefined;

/** The value of a word: variables put in and quotes taken off, as BuildKit's shlex does it. */
export function expandWord(text: string, lookup: Lookup, options: ExpandOptions): string {
  if (!/[$"'\\`]/.test(text)) return text;
  let value = '';
  walk(text, options, {
    text: (part) => (value += part),
    reference: (reference) => (value += resolve(reference, lookup, options)),
  });
  return value;
}

interface Visitor {
  text(part: string): void;
  reference(reference: Reference, at: number): void;
}

/** One pass over a word; a reference is given with offsets from its own start. */
function walk(text: string, options: ExpandOptions, visitor: Visitor): void {
  let at = 0;
  let quote = '';
  while (at < text.length) {
    const reference = quote === "'" ? undefined : readReference(text, at);
    if (reference !== undefined) {
      visitor.reference(reference, at);
      at += reference.end;
    } else if (quote !== "'" && text[at] === options.escape && at + 1 < text.length) {
      visitor.text(text[at + 1] ?? '');
      at += 2;
    } else {
      quote = plainCharacter(text[at] ?? '', quote, { visitor, quotesAreText: options.quotesAreText });
      at++;
    }
  }
}

interface PlainContext {
  readonly visitor: Visitor;
  readonly quotesAreText: boolean | undefined;
}

/** Tells a character as text unless it is a quote; gives the quote that is open after it. */
function plainCharacter(character: string, open: string, { visitor, quotesAreText }: PlainContext): string {
  const next = quotesAreText === true ? undefined : nextQuote(character, open);
  if (next === undefined) visitor.text(character);
  return next ?? open;
}

/** The quote that is open after a quote character; undefined when the character is none. */
function nextQuote(character: string, open: string): string | undefined {
  if (character !== '"' && character !== "'") return undefined;
  if (open === '') return character;
  return open === character ? '' : undefined;
}

function readReference(whole: string, at: number): Reference | undefined {
  if (whole[at] !== '$') return undefined;
  const text = whole.slice(at);
  const [matched, plain, braced] = REFERENCE.exec(text) ?? [];
  if (matched === undefined) return undefined;
  if (plain !== undefined)
    return {
      name: plain,
      nameSpan: { start: 1, end: matched.length },
      operand: '',
      start: 0,
      end: matched.length,
    };
  const close = closingBrace(text);
  const name = braced ?? '';
  const rest = text.slice(matched.length, close);
  const [operator] = OPERATOR.exec(rest) ?? [];
  return {
    name,
    nameSpan: { start: 2, end: 2 + name.length },
    start: 0,
    end: Math.min(close + 1, text.length),
    operand: rest.slice(operator?.length ?? 0),
    ...(operator !== undefined && { operator }),
  };
}

function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

function shift(reference: Reference, by: number): Reference {
  const { start, end, nameSpan } = reference;
  return {
    ...reference,
    start: start + by,
    end: end + by,
    nameSpan: { start: nameSpan.start + by, end: nameSpan.end + by },
  };
}

function resolve({ name, operator, operand }: Reference, lookup: Lookup, options: ExpandOptions): string {
  const value = lookup(name);
  const expand = (text: string): string => expandWord(text, lookup, options);
  if (operator === undefined) return value ?? '';
  if (operator.startsWith('/')) {
    const [pattern, replacement] = splitAtSlash(operand, options.escape).map(expand);
    return replace(value, operator, { pattern, replacement });
  }
  if (!/[-+?]$/.test(operator)) return cut(value, operator, expand(operand));
  return substitute(value, operator, () => expand(operand));
}

/** `-`, `+` and `?`, with a colon where an empty value counts as none. */
function substitute(value: string | undefined, operator: string, word: () => string): string {
  const isThere = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('+')) return isThere ? word() : '';
  return isThere || operator.endsWith('?') ? (value ?? '') : word();
}

/** At the first slash that is not escaped. */
function splitAtSlash(operand: string, escape: string): readonly string[] {
  for (let at = 0; at < operand.length; at++) {
    if (operand[at] === escape) at++;
    else if (operand[at] === '/') return [operand.slice(0, at), operand.slice(at + 1)];
  }
  return [operand];
}

interface Replacing {
  readonly pattern: string | undefined;
  readonly replacement: string | undefined;
}

/** `/` and `//`. */
function replace(value = '', operator: string, { pattern = '', replacement = '' }: Replacing): string {
  if (pattern === '') return value;
  return value.replace(new RegExp(glob(pattern), operator === '//' ? 'g' : ''), () => replacement);
}

/** `#`, `##`, `%` and `%%`, with `*` and `?` in their patterns. */
function cut(value = '', operator: string, operand: string): string {
  const cuts = Array.from({ length: value.length + 1 }, (_, at) => at);
  const anchored = new RegExp(`^(?:${glob(operand)})$`, 's');
  const fromStart = operator.startsWith('#');
  const isCut = (at: number): boolean => anchored.test(fromStart ? value.slice(0, at) : value.slice(at));
  const greedy = operator.length === 2;
  const found = fromStart === greedy ? cuts.findLast(isCut) : cuts.find(isCut);
  if (found === undefined) return value;
  return fromStart ? value.slice(found) : value.slice(0, found);
}

function glob(pattern: string): string {
  return pattern.replace(/[\\^$.*+?()[\]{}|/]/g, (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : `\\${character}`;
  });
}
