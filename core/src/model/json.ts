import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/**
 * Keys whose value is a free map: there, keys that differ only in case are different things (labels, most of
 * all). Everywhere else they are refused, because Go's decoder folds case and would read another document.
 */
const FREE_MAPS: ReadonlySet<string> = new Set([
  'annotations',
  'Labels',
  'ExposedPorts',
  'Volumes',
  'Healthcheck',
]);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses JSON that two different parsers can only read in one way: UTF-8 without a byte order mark, no
 * duplicate keys, no keys that differ only in case, bounded depth. Throws DOCUMENT_INVALID, or LIMIT_EXCEEDED
 * for depth; `context` names the document in the message.
 */
export function parseStrictJson(bytes: Uint8Array, context: string): unknown {
  const text = decode(bytes, context);
  const value = parse(text, context);
  scan(text, context);
  return value;
}

function decode(bytes: Uint8Array, context: string): string {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw invalid(context, 'it is not UTF-8', cause);
  }
  if (text.startsWith('\uFEFF')) throw invalid(context, 'it starts with a byte order mark');
  return text;
}

function parse(text: string, context: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw invalid(context, 'it is not JSON', cause);
  }
}

function invalid(context: string, reason: string, cause?: unknown): XbundleError {
  return new XbundleError('DOCUMENT_INVALID', `reading ${context}: ${reason}`, { cause });
}

interface Frame {
  /** Exact keys seen, and for objects that are no free map their lower-case forms; undefined for an array. */
  readonly keys: Set<string> | undefined;
  readonly foldsCase: boolean;
  expectsKey: boolean;
}

/**
 * Walks text that `JSON.parse` has accepted, so only strings, brackets, commas and the numbers of sizes matter. A
 * loop with its own stack: a document nested a million deep must not end in a stack overflow.
 */
function scan(text: string, context: string): void {
  const walk = new Walk(context);
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') {
      walk.token(text[at]);
      continue;
    }
    const end = endOfString(text, at);
    walk.string(text.slice(at, end));
    at = end - 1;
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

class Walk {
  readonly #context: string;
  readonly #stack: Frame[] = [];
  #lastKey = '';

  constructor(context: string) {
    this.#context = context;
  }

  /** Takes a character outside strings. */
  token(character: string | undefined): void {
    if (character === '{' || character === '[') this.#open(character === '{');
    else if (character === '}' || character === ']') this.#stack.pop();
    else if (character === ',') this.#comma();
    else if (character === '.' || character === 'e' || character === 'E') this.#refuseFraction();
  }

  /** Takes a string with its quotes. */
  string(literal: string): void {
    const frame = this.#stack.at(-1);
    if (frame?.keys === undefined || !frame.expectsKey) return;
    const key = JSON.parse(literal) as string;
    if (/\p{Surrogate}/u.test(key)) throw invalid(this.#context, 'a key has half a surrogate pair');
    const folded = frame.foldsCase ? foldCase(key) : key;
    if (frame.keys.has(folded)) {
      throw invalid(this.#context, `the key ${JSON.stringify(key)} stands twice in one object`);
    }
    frame.keys.add(folded);
    frame.expectsKey = false;
    this.#lastKey = key;
  }

  #open(isObject: boolean): void {
    const isFree = this.#stack.at(-1)?.keys !== undefined && FREE_MAPS.has(this.#lastKey);
    this.#stack.push({
      keys: isObject ? new Set() : undefined,
      foldsCase: !isFree,
      expectsKey: isObject,
    });
    if (this.#stack.length > LIMITS.jsonDepth) throw tooDeep(this.#context);
  }

  #comma(): void {
    const frame = this.#stack.at(-1);
    if (frame?.keys !== undefined) frame.expectsKey = true;
  }

  /** `1e3` and `2.0` are whole numbers to `JSON.parse` and none to Go. (The `e` of `true` is no size either.) */
  #refuseFraction(): void {
    if (this.#stack.at(-1)?.keys === undefined || this.#lastKey !== 'size') return;
    throw invalid(this.#context, 'a size is no whole number in plain digits');
  }
}

/** As Go's decoder compares a key with the name of a field: the Kelvin sign is k, and U+017F is s. */
function foldCase(key: string): string {
  return key.toLowerCase().replaceAll('\u017F', 's');
}

/**
 * Refuses a key that differs from one of `names` in case only: Go's decoder takes `Layers` for `layers`, and a
 * reader that does not would see another document. Throws DOCUMENT_INVALID.
 */
export function refuseOtherCase(value: unknown, names: readonly string[], context: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const meant = names.find((name) => name !== key && name.toLowerCase() === foldCase(key));
    if (meant === undefined) continue;
    throw invalid(context, `the key ${JSON.stringify(key)} is not written ${JSON.stringify(meant)}`);
  }
}

function tooDeep(context: string): XbundleError {
  return new XbundleError(
    'LIMIT_EXCEEDED',
    `reading ${context}: nested deeper than ${LIMITS.jsonDepth} levels`,
  );
}

/**
 * JSON with one form per value: keys in the order the caller built them, two-space indent, a final newline.
 * What is undefined is left out.
 */
export function stringifyJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
