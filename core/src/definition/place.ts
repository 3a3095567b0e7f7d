import { XbundleError } from '../errors.ts';

/** Where a definition says something. */
export interface Place {
  /** The file, as the user named it. */
  readonly file: string;
  /** Counts from 1; undefined where it is not known. */
  readonly line?: number | undefined;
}

/** DEFINITION_INVALID at a place. */
export function definitionInvalid(place: Place, message: string, cause?: unknown): XbundleError {
  return new XbundleError('DEFINITION_INVALID', `reading ${formatPlace(place)}: ${message}`, { cause });
}

/** `release.yaml:12`. */
export function formatPlace({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
