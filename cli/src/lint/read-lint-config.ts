import { readFile } from 'node:fs/promises';
import { fileError, parseLintConfig, systemCode, type LintConfig } from '@xbundle/core';

const USUAL = '.xbundle-lint.yaml';

/** The configuration that is named, which must be there, or the usual one of the current directory. */
export async function readLintConfig(named: string | undefined): Promise<LintConfig | undefined> {
  const file = named ?? USUAL;
  try {
    return parseLintConfig(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (named === undefined && systemCode(error) === 'ENOENT') return undefined;
    throw systemCode(error) === undefined ? error : fileError('reading', file, error);
  }
}
