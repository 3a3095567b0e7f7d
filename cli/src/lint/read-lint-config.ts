import { readFile } from 'node:fs/promises';
import { fileError, systemCode, type LintConfig } from '@xbundle/core';

const USUAL = '.xbundle-lint.yaml';

/** The configuration that is named, which must be there, or the usual one of the current directory. */
export async function readLintConfig(named: string | undefined): Promise<LintConfig | undefined> {
  const file = named ?? USUAL;
  const text = await readText(file, named === undefined);
  if (text === undefined) return undefined;
  const { parseLintConfig } = await import('./parse-config.ts');
  return parseLintConfig(text, file);
}

async function readText(file: string, mayBeMissing: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (mayBeMissing && systemCode(error) === 'ENOENT') return undefined;
    throw fileError('reading', file, error);
  }
}
