/** Control characters, and those that turn the writing direction or take no space. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * A name from outside made safe to be shown: what cannot be seen, or would reorder what is seen, is written as
 * `\u202e`. React escapes HTML by itself.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
