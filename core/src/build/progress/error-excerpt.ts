/** Where in a Dockerfile a build failed, as buildx shows it after the build. */
export interface ErrorExcerpt {
  /** As buildx names it, by its last part alone; absolute once it is known where that is. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly endLine: number;
  /** The lines that are marked. */
  readonly source: readonly string[];
}

const HEAD = /^(.+):(\d+)$/;
const RULE = /^-{10,}$/;
const ROW = /^\s*(\d+) \| (>>>)? ?(.*)$/;

/**
 * Reads the excerpt out of buildx's plain text:
 *
 *     Dockerfile:6
 *     --------------------
 *        5 |     ENV A=b
 *        6 | >>> RUN false
 *     --------------------
 *
 * Undefined when there is none. Of several, the first is where the build failed.
 */
export function parseErrorExcerpt(text: readonly string[]): ErrorExcerpt | undefined {
  for (const [at, rule] of text.entries()) {
    const [matched, file, line] = HEAD.exec(text[at - 1] ?? '') ?? [];
    if (!RULE.test(rule) || matched === undefined || file === undefined) continue;
    const marked = markedRows(text.slice(at + 1));
    const numbers = marked.map(({ number }) => number);
    return {
      file,
      line: numbers[0] ?? Number(line),
      endLine: numbers.at(-1) ?? Number(line),
      source: marked.map(({ source }) => source),
    };
  }
  return undefined;
}

interface Row {
  readonly number: number;
  readonly source: string;
}

function markedRows(lines: readonly string[]): readonly Row[] {
  const end = lines.findIndex((line) => RULE.test(line));
  return lines.slice(0, end === -1 ? lines.length : end).flatMap((line) => {
    const [matched, number, mark, source = ''] = ROW.exec(line) ?? [];
    return matched === undefined || mark === undefined ? [] : [{ number: Number(number), source }];
  });
}

/**
 * The error that buildx ends with, without `ERROR:` and the words every build error starts with; it may have
 * several lines. Undefined when there is none.
 */
export function parseFinalError(text: readonly string[]): string | undefined {
  const at = text.findLastIndex((line) => line.startsWith('ERROR: '));
  if (at === -1) return undefined;
  const lines = text.slice(at).map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/^ERROR: (?:failed to build: )?(?:failed to solve: )?/, '')
    .trim();
}
