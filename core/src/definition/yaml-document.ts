import {
  Composer,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { XbundleError, messageOf } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { definitionInvalid, type Place } from './place.ts';
import { readYamlTokens } from './yaml-tokens.ts';

/** A value and where each part of it stands. */
export interface LocatedValue {
  readonly value: unknown;
  readonly file: string;
  /** The line of the innermost part of `path` that exists. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
}

export interface YamlOptions {
  /** Honour `<<`, which YAML 1.2 does not have but compose files do. */
  readonly mergeKeys?: boolean;
}

/**
 * Parses one YAML 1.2 document, of which JSON is a part. Keys are text and stand once in their mapping; tags
 * other than the core schema's and directives are refused; aliases expand to a bounded size. Throws
 * DEFINITION_INVALID with the line, or LIMIT_EXCEEDED.
 */
export function parseYamlDocument(text: string, file: string, options: YamlOptions = {}): LocatedValue {
  const { tokens, lines } = readYamlTokens(text, file);
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    strict: true,
    // Checked below: the library compares every key with every other.
    uniqueKeys: false,
    merge: options.mergeKeys === true,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  const source: YamlSource = { file, lines };
  if (document === undefined) return { value: null, file, lineOf: () => undefined };
  if (second !== undefined)
    throw definitionInvalid(placeAt(source, second.range[0]), 'want one document, found a second');
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw definitionInvalid(placeAt(source, fault.pos[0]), fault.message, fault);
  refuseBadKeys(document.contents, source);
  return {
    value: toValue(document, file),
    file,
    lineOf: (path) => lineAt(source, startOf(document.contents, path)),
  };
}

interface YamlSource {
  readonly file: string;
  readonly lines: LineCounter;
}

function placeAt(source: YamlSource, offset: number | undefined): Place {
  return { file: source.file, line: lineAt(source, offset) };
}

function lineAt({ lines }: YamlSource, offset: number | undefined): number | undefined {
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: LIMITS.yamlAliases }) as unknown;
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    const isBomb = cause.message.startsWith('Excessive alias count');
    if (!isBomb) throw definitionInvalid({ file }, messageOf(cause), cause);
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${file}: its aliases stand for more than ${LIMITS.yamlAliases} values`,
      { cause },
    );
  }
}

/** Walks the nodes, not the values: aliases are not followed, so this ends. */
function refuseBadKeys(node: unknown, source: YamlSource): void {
  if (isSeq(node)) for (const item of node.items) refuseBadKeys(item, source);
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const pair of node.items) {
    const key = keyText(pair);
    const place = placeAt(source, offsetOf(pair.key) ?? offsetOf(node));
    if (key === undefined) throw definitionInvalid(place, 'want text as a key');
    // Schemas and plain objects treat this one key in a way of their own.
    if (key === '__proto__') throw definitionInvalid(place, 'the key "__proto__" is not allowed');
    if (seen.has(key)) throw definitionInvalid(place, `the key ${JSON.stringify(key)} stands twice`);
    seen.add(key);
    refuseBadKeys(pair.value, source);
  }
}

/** A merge key is a symbol in the library. */
function keyText({ key }: Pair): string | undefined {
  if (!isScalar(key)) return undefined;
  const { value } = key;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'symbol':
      return value.description;
    default:
      return undefined;
  }
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function startOf(root: unknown, path: readonly PropertyKey[]): number | undefined {
  let node = root;
  let start = offsetOf(root);
  for (const step of path) {
    const pair = isMap(node) ? pairOf(node, step) : undefined;
    node = isSeq(node) ? node.items[Number(step)] : pair?.value;
    const next = offsetOf(pair?.key) ?? offsetOf(node);
    if (next === undefined) return start;
    start = next;
  }
  return start;
}

function pairOf(map: YAMLMap, key: PropertyKey): Pair | undefined {
  return map.items.find((pair) => keyText(pair) === String(key));
}
