import type { Definition } from './definition.ts';
import { toDefinition, type ImageEntry } from './entries.ts';

/**
 * Parses a text list: one image name on a line, then its platforms if it has any, separated by commas or
 * blanks; `#` starts a comment, blank lines are skipped. Throws DEFINITION_INVALID.
 */
export function parseImageList(text: string, file: string): Definition {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const entries = lines.flatMap((line, index): readonly ImageEntry[] => {
    const [name, ...platforms] = line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (name === undefined) return [];
    const place = { file, line: index + 1 };
    return [{ name, place, ...(platforms.length > 0 && { platforms }) }];
  });
  return toDefinition({ place: { file } }, entries);
}
