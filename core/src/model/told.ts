/**
 * A sentence for people, and what it is made of: readers of other languages are told by `code` and `values`, for
 * which whoever tells them has a sentence of their own.
 */
export interface Told {
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
  /** In English. */
  readonly message: string;
}

/** English sentences by code; `{name}` stands for a value. */
export type Sentences = Readonly<Record<string, string>>;

type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** What a sentence of a table needs. */
export type ValuesOf<Table extends Sentences, Code extends keyof Table> = {
  readonly [Name in NamesIn<Table[Code]>]: string;
};

/** The sentence of a code, with its values. */
export function tell<const Table extends Sentences, Code extends keyof Table & string>(
  sentences: Table,
  code: Code,
  values: ValuesOf<Table, Code>,
): Told {
  const sentence = sentences[code] ?? code;
  return { code, values, message: fillIn(sentence, values) ?? sentence };
}

const VALUE = /\{(\w+)\}/g;

/** A sentence with its values; undefined where one of them is not given. */
export function fillIn(sentence: string, values: Readonly<Record<string, string>>): string | undefined {
  if (valuesIn(sentence).some((name) => !Object.hasOwn(values, name))) return undefined;
  return sentence.replace(VALUE, (_, name: string) => values[name] ?? '');
}

/** The names of a sentence's values, as often as they are in it. */
export function valuesIn(sentence: string): readonly string[] {
  return [...sentence.matchAll(VALUE)].flatMap(([, name]) => name ?? []);
}
