import { basename, extname } from 'node:path';

/** How a definition file is written; `document` is YAML or JSON whose content decides. */
export type TextFormat = 'list' | 'hcl' | 'document';
export type DocumentFormat = 'xbundle' | 'compose' | 'bake';

const DOCUMENTS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/** The syntax of a file by its name, and for names that tell nothing by its first character. */
export function textFormat(path: string, text: string): TextFormat {
  const extension = extname(path).toLowerCase();
  if (extension === '.hcl') return 'hcl';
  return DOCUMENTS.has(extension) || /^\s*\{/.test(text) ? 'document' : 'list';
}

const BY_NAME: readonly (readonly [DocumentFormat, RegExp])[] = [
  ['xbundle', /^xbundle\b/i],
  ['compose', /^(?:docker-)?compose\b/i],
  ['bake', /^docker-bake\b/i],
];

const BY_KEY: readonly (readonly [DocumentFormat, readonly string[]])[] = [
  ['compose', ['services']],
  ['bake', ['target', 'group']],
];

/**
 * What a YAML or JSON file is: by its name, else by the keys that only one format has. Everything else is taken
 * for an xbundle file, whose reader says what it wants.
 */
export function documentFormat(path: string, value: unknown): DocumentFormat {
  const name = basename(path);
  const named = BY_NAME.find(([, pattern]) => pattern.test(name));
  if (named !== undefined) return named[0];
  if (typeof value !== 'object' || value === null) return 'xbundle';
  return BY_KEY.find(([, keys]) => keys.some((key) => key in value))?.[0] ?? 'xbundle';
}
