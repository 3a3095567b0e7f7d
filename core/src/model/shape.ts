import { XbundleError, type ErrorCode } from '../errors.ts';

/**
 * Gives a value its type, or throws `Misshapen`. What every command starts with (bundles, manifests, configs) is
 * checked by such functions: loading zod and reading a bundle's documents with it takes as long as hashing 50 MB.
 */
export type Shape<T> = (value: unknown) => T;

/** Where a value is not as wanted: thrown by shapes, and told by whoever knows the document. */
export class Misshapen extends Error {
  /** Names and positions that lead to the value, the outermost first. */
  readonly path: (string | number)[] = [];
}

/** A member that may be absent; present it has the shape. */
export interface Optional<T> {
  readonly optional: Shape<T>;
}

/** A check for each member of `T`, optional exactly where `T` says so. */
export type Members<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Shape<T[K]>;
};

/** Checks a parsed value. The error names the document, the first wrong member and what was wanted there. */
export function parseShape<T>(
  shape: Shape<T>,
  value: unknown,
  { what, code = 'DOCUMENT_INVALID' }: { what: string; code?: ErrorCode },
): T {
  try {
    return shape(value);
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    throw new XbundleError(code, `reading ${what}: ${formatPath(error.path)}: ${error.message}`);
  }
}

/** `layers[2].size`: where in a document something is wrong. */
export function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text === '' ? 'the document' : text.replace(/^\./, '');
}

/** An object with these members, which are put into this order; any other is refused. */
export function strictObject<T extends object>(members: Members<T>): Shape<T> {
  return objectOf(members, 'refused');
}

/** An object with these members first; what else it has is kept. */
export function looseObject<T extends object>(members: Members<T>): Shape<T> {
  return objectOf(members, 'kept');
}

function objectOf<T extends object>(members: Members<T>, others: 'kept' | 'refused'): Shape<T> {
  const known: readonly [string, Shape<unknown> | Optional<unknown>][] = Object.entries(members);
  return (value) => {
    if (!isObject(value)) throw new Misshapen('want an object');
    const checked = known.flatMap(([name, member]) => memberOf(value, name, member));
    const rest = Object.entries(value).filter(([name]) => !Object.hasOwn(members, name));
    if (others === 'refused' && rest[0] !== undefined)
      throw inside(rest[0][0], new Misshapen('is not known'));
    return Object.fromEntries([...checked, ...rest]) as T;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(
  value: Readonly<Record<string, unknown>>,
  name: string,
  member: Shape<unknown> | Optional<unknown>,
): readonly (readonly [string, unknown])[] {
  if (Object.hasOwn(value, name)) {
    const shape = typeof member === 'function' ? member : member.optional;
    return [[name, checkInside(name, shape, value[name])]];
  }
  if (typeof member === 'function') throw inside(name, new Misshapen('is missing'));
  return [];
}

function checkInside<T>(step: string | number, shape: Shape<T>, value: unknown): T {
  try {
    return shape(value);
  } catch (error) {
    throw inside(step, error);
  }
}

function inside(step: string | number, error: unknown): unknown {
  if (error instanceof Misshapen) error.path.unshift(step);
  return error;
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

/** A member that must not be there, whatever its value. */
export const absent: Optional<never> = optional(() => {
  throw new Misshapen('must not be there');
});

/** A member that may be absent or, as Go writes what is not set, null. */
export function unset<T>(shape: Shape<T>): Optional<T | null> {
  return optional((value) => (value === null ? null : shape(value)));
}

export function list<T>(shape: Shape<T>, max: number = Infinity): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Misshapen('want a list');
    if (value.length > max) throw new Misshapen(`want at most ${max} entries, got ${value.length}`);
    return value.map((item, position) => checkInside(position, shape, item));
  };
}

/** Text of so many characters. */
export function text(min: number = 0, max: number = Infinity): Shape<string> {
  return (value) => {
    if (typeof value !== 'string') throw new Misshapen('want text');
    if (value.length < min) throw new Misshapen('it is empty');
    if (value.length > max) throw new Misshapen(`want at most ${max} characters, got ${value.length}`);
    return value;
  };
}

export const flag: Shape<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Misshapen('want true or false');
  return value;
};

export const number: Shape<number> = (value) => {
  if (typeof value !== 'number') throw new Misshapen('want a number');
  return value;
};

const anyText = text();

/** An object of any names, each with text. */
export const textByName: Shape<Readonly<Record<string, string>>> = (value) => {
  if (!isObject(value)) throw new Misshapen('want an object');
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, checkInside(name, anyText, item)]),
  );
};

export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return (value) => {
    const found = values.find((each) => each === value);
    if (found === undefined)
      throw new Misshapen(`want ${values.map((each) => JSON.stringify(each)).join(' or ')}`);
    return found;
  };
}

/** What `shape` takes and `test` as well; `wanted` says what that is. */
export function suchThat<T, U extends T = T>(
  shape: Shape<T>,
  test: ((value: T) => value is U) | ((value: T) => boolean),
  wanted: string,
): Shape<U> {
  return (value) => {
    const checked = shape(value);
    if (!test(checked)) throw new Misshapen(wanted);
    return checked as U;
  };
}
