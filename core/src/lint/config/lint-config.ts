import { parseDocument } from 'yaml';
import { z } from 'zod';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Severity } from '../finding.ts';
import { findRule } from '../rules/index.ts';

/** `.xbundle-lint.yaml`, read. */
export interface LintConfig {
  /** Severities that replace those of the rules. */
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  /** Globs of files that are not linted, relative to the folder of the configuration. */
  readonly ignore: readonly string[];
  /** Where `--platform` gives none. */
  readonly platforms?: readonly string[];
}

const levels = z.enum(['error', 'warning', 'info', 'off'], {
  error: 'want error, warning, info or off',
});

const schema = z.strictObject({
  rules: z.record(z.string(), levels).nullish(),
  ignore: z.array(z.string().min(1).max(512)).max(1000).nullish(),
  platforms: z.union([z.array(z.string()), z.string()]).nullish(),
});

/**
 * Reads a configuration: `rules` (an id to `error`, `warning`, `info` or `off`), `ignore` (globs) and `platforms`.
 * Throws DEFINITION_INVALID for anything else, a rule that does not exist included.
 */
export function parseLintConfig(text: string, file: string): LintConfig {
  const { rules, ignore, platforms } = readShape(readYaml(text, file), file);
  const levelsByRule = Object.entries(rules ?? {}).map(([id, level]): [string, Severity | 'off'] => [
    knownRule(id, file),
    level,
  ]);
  return {
    rules: new Map(levelsByRule),
    ignore: ignore ?? [],
    ...(platforms && { platforms: typeof platforms === 'string' ? [platforms] : platforms }),
  };
}

function readYaml(text: string, file: string): unknown {
  if (text.length > LIMITS.definitionBytes)
    throw invalid(file, `it has more than ${LIMITS.definitionBytes} bytes`);
  const document = parseDocument(text, { logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined) throw invalid(file, problem.message.split('\n')[0] ?? 'it is not YAML');
  return toValue(document, file) ?? {};
}

function readShape(value: unknown, file: string): z.infer<typeof schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as wanted'}`);
}

function toValue(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw invalid(file, 'it has aliases', cause);
  }
}

function knownRule(id: string, file: string): string {
  const upper = id.toUpperCase();
  if (findRule(upper) !== undefined) return upper;
  throw invalid(file, `rules: there is no rule ${JSON.stringify(id)}`);
}

function invalid(file: string, problem: string, cause?: unknown): XbundleError {
  return new XbundleError('DEFINITION_INVALID', `reading ${file}: ${problem}`, { cause });
}
