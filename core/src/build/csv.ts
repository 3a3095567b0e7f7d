/**
 * One line of comma-separated fields as buildx reads `--output`, `--secret`, `--cache-from` and `--cache-to`: a
 * field with a comma, quote or line break stands in quotes as a whole, and a quote in it is doubled.
 */
export function formatCsv(fields: readonly string[]): string {
  return fields.map(quoteField).join(',');
}

/** `KEY=VALUE` fields in the order given. */
export function formatCsvFields(fields: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return formatCsv(pairs.map(([key, value = '']) => `${key}=${value}`));
}

/** The same fields, `type` before the others as people write it. */
export function typeFirst(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { type, ...others } = fields;
  return type === undefined ? others : { type, ...others };
}

/** Go's reader takes a quote for one only at the very start of a field, and drops blanks before a bare field. */
function quoteField(field: string): string {
  return /[",\r\n]|^\s|^$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

const FIELD = /"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$)/y;

/** Reads what `formatCsv` writes; undefined for text that is no such line. */
export function parseCsv(text: string): readonly string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (match === null) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    at += match[0].length;
  }
  return fields;
}

/** `KEY=VALUE` fields; undefined where one has no key or a key stands twice. */
export function parseCsvFields(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = parseCsv(text)?.map((field) => splitAtEquals(field));
  if (pairs === undefined || pairs.some((pair) => pair === undefined)) return undefined;
  const found = new Map(pairs.filter((pair) => pair !== undefined));
  return found.size === pairs.length ? Object.fromEntries(found) : undefined;
}

/** Key and value of `KEY=VALUE`; undefined without a key or an equals sign. */
export function splitAtEquals(text: string): readonly [key: string, value: string] | undefined {
  const equals = text.indexOf('=');
  return equals < 1 ? undefined : [text.slice(0, equals).trim(), text.slice(equals + 1)];
}
