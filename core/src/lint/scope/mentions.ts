import type { LintContext } from '../context.ts';
import type { Span } from '../source-text.ts';

/** Whether a name stands anywhere in the file but in comments and at the places that declare it. */
export function isMentioned(
  name: string,
  { source, tree }: LintContext,
  declarations: readonly Span[],
): boolean {
  const ignored = [...tree.comments, ...declarations];
  for (let at = source.text.indexOf(name); at !== -1; at = source.text.indexOf(name, at + 1)) {
    const here = at;
    const isWhole = !isWordPart(source.text[at - 1]) && !isWordPart(source.text[at + name.length]);
    if (isWhole && !ignored.some(({ start, end }) => start <= here && here < end)) return true;
    if (name === '') return false;
  }
  return false;
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
