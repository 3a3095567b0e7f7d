import { stat } from 'node:fs/promises';
import { onPath } from '@xbundle/core';

/** What can only be meant as a path, should there be nothing of that name. */
const LOOKS_LIKE_A_PATH = /^[./~]|\\|\.tar$/;

/**
 * What is at a path; undefined for what is the name of an image. A name with a slash or colon may be a path too, and
 * then the path is meant. Throws FILE_SYSTEM for what can only be a path, where nothing is there.
 */
export async function pathKind(operation: string, subject: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await onPath(operation, subject, () => stat(subject));
    return found.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (LOOKS_LIKE_A_PATH.test(subject)) throw error;
    return undefined;
  }
}
