import { invalidAt, quoted, type TarPlace } from './foreign-place.ts';

/** The longest path Linux takes. */
const NAME_LENGTH = 4096;

/** C0 and C1 controls, direction marks and overrides, line and paragraph separators, the byte order mark. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/**
 * The one spelling of an entry's name: leading `./` and a directory's final `/` taken off; empty for the root
 * directory itself. A name that any system could read as a place outside, or as another name, is ARCHIVE_INVALID.
 */
export function parseEntryName(raw: string, place: TarPlace): string {
  refuseUnsafeText(raw, place);
  const components = raw.split('/');
  while (components[0] === '.') components.shift();
  if (components.at(-1) === '') components.pop();
  if (components.some((component) => component === '' || component === '.' || component === '..')) {
    throw invalidAt(place, `the name ${quoted(raw)} has an empty, "." or ".." component`);
  }
  return components.join('/');
}

/** The name that a symbolic link of this name points to. One that leads out of the archive is ARCHIVE_INVALID. */
export function parseLinkTarget(name: string, target: string, place: TarPlace): string {
  refuseUnsafeText(target, place);
  const path = name.split('/').slice(0, -1);
  for (const component of target.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') path.push(component);
    else if (path.pop() === undefined) {
      throw invalidAt(place, `the link ${quoted(name)} points out of the archive, to ${quoted(target)}`);
    }
  }
  return path.join('/');
}

/** The same text for names that a file system without case or with normalisation takes for one. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function refuseUnsafeText(text: string, place: TarPlace): void {
  const fault = faultOf(text);
  if (fault !== undefined) throw invalidAt(place, `the name ${quoted(text)} ${fault}`);
}

function faultOf(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.length > NAME_LENGTH) return `is longer than ${NAME_LENGTH} characters`;
  if (text.startsWith('/') || /^[A-Za-z]:/.test(text)) return 'is absolute';
  if (text.includes('\\')) return 'has a backslash';
  if (UNPRINTABLE.test(text)) return 'has a control character';
  return undefined;
}
