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
 * Walks text that `JSON.parse` has accepted, so only strings and brackets matter. A loop with its own stack:
 * a document nested a million deep must not end in a stack overflow.
 */
function scan(text: string, context: string): void {
  const stack: Frame[] = [];
  let lastKey: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const frame = stack.at(-1);
    switch (text[at]) {
      case '{':
      case '[':
        stack.push(open(text[at] === '{', frame?.keys === undefined ? undefined : lastKey));
        if (stack.length > LIMITS.jsonDepth) throw tooDeep(context);
        break;
      case '}':
      case ']':
        stack.pop();
        break;
      case ',':
        if (frame?.keys !== undefined) frame.expectsKey = true;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (frame?.keys !== undefined && frame.expectsKey) {
          lastKey = JSON.parse(text.slice(at, end)) as string;
          addKey(frame, lastKey, context);
        }
        at = end - 1;
      }
    }
  }
}

function open(isObject: boolean, key: string | undefined): Frame {
  return {
    keys: isObject ? new Set() : undefined,
    foldsCase: key === undefined || !FREE_MAPS.has(key),
    expectsKey: isObject,
  };
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function addKey(frame: Frame, key: string, context: string): void {
  const folded = frame.foldsCase ? key.toLowerCase() : key;
  if (frame.keys?.has(folded))
    throw invalid(context, `the key ${JSON.stringify(key)} stands twice in one object`);
  frame.keys?.add(folded);
  frame.expectsKey = false;
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
