import { XbundleError } from '../errors.ts';

/** Where in a tar something was read, for messages. */
export interface TarPlace {
  /** The file, as the user knows it. */
  readonly label: string;
  /** Byte offset of the header. */
  readonly offset: number;
}

/** ARCHIVE_INVALID, with the place in the file. */
export function invalidAt({ label, offset }: TarPlace, reason: string): XbundleError {
  return new XbundleError('ARCHIVE_INVALID', `reading ${label}: tar entry at byte ${offset}: ${reason}`);
}

/**
 * Text from an archive, fit for a message: anything but printable ASCII is escaped, so that a hostile name can
 * neither drive a terminal nor pass for another one.
 */
export function quoted(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return JSON.stringify(shown).replace(
    /[^\x20-\x7e]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
