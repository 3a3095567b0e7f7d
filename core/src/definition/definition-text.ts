import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { CallOptions } from '../content/index.ts';
import { XbundleError, interrupted } from '../errors.ts';
import { fileError } from '../files/index.ts';
import { LIMITS } from '../limits.ts';
import { definitionInvalid } from './place.ts';

/**
 * The text of a definition file. Reads from pipes too, and stops at `LIMITS.definitionBytes` whatever a size
 * claims. Throws LIMIT_EXCEEDED, FILE_SYSTEM, and DEFINITION_INVALID for what is not UTF-8.
 */
export async function readDefinitionText(path: string, { signal }: CallOptions = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    const file = await open(path);
    const stream = file.createReadStream({
      end: LIMITS.definitionBytes,
      ...(signal !== undefined && { signal }),
    });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch (error) {
    if (signal?.aborted === true) throw interrupted(signal);
    throw fileError('reading', path, error);
  }
  return decode(Buffer.concat(chunks), path);
}

function decode(bytes: Uint8Array, path: string): string {
  if (bytes.byteLength > LIMITS.definitionBytes) {
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `reading ${path}: it has more than ${LIMITS.definitionBytes} bytes; a definition is smaller`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw definitionInvalid({ file: path }, 'it is not UTF-8 text. Save it as UTF-8', cause);
  }
}
