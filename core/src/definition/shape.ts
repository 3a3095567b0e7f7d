import { z } from 'zod';
import { definitionInvalid } from './place.ts';
import type { LocatedValue } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/**
 * Checks a value against a schema. Throws DEFINITION_INVALID with the first wrong member, its line and what was
 * wanted there.
 */
export function readShape<T>(schema: z.ZodType<T>, source: LocatedValue): T {
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  const { path, message } = innermost(result.error.issues[0]);
  const line = source.lineOf(path);
  const where = formatPath(path);
  throw definitionInvalid({ file: source.file, line }, where === '' ? message : `${where}: ${message}`);
}

/** An object that refuses keys it does not know, and says which it knows. */
export function closedObject<T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}, want only ${known}`
        : undefined,
  });
}

interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A union says only that nothing fits: what is told is the fault of the branch whose kind of value it was. */
function innermost(issue: Issue | undefined, above: readonly PropertyKey[] = []): Finding {
  if (issue === undefined) return { path: above, message: 'invalid' };
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return { path: [...path, issue.keys[0] ?? ''], message: issue.message };
  if (issue.code !== 'invalid_union') return { path, message: issue.message };
  const branch = issue.errors.find(([first]) => first !== undefined && !isOtherKind(first));
  return branch === undefined ? { path, message: issue.message } : innermost(branch[0], path);
}

function isOtherKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '');
}
