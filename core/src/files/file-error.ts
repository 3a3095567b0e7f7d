import { XbundleError, messageOf, systemCode } from '../errors.ts';

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * A system error as xbundle's own: DISK_FULL when there is no room, FILE_SYSTEM for the rest, with the path and
 * what was tried. An XbundleError is passed through, so that a caller can wrap a whole block.
 */
export function fileError(operation: string, path: string, cause: unknown): XbundleError {
  if (cause instanceof XbundleError) return cause;
  const code = systemCode(cause);
  if (code !== undefined && FULL.has(code)) {
    return new XbundleError(
      'DISK_FULL',
      `${operation} ${path}: no space left. Free some, and run the same command again`,
      { cause },
    );
  }
  return new XbundleError('FILE_SYSTEM', `${operation} ${path}: ${hint(code) ?? messageOf(cause)}`, {
    cause,
  });
}

function hint(code: string | undefined): string | undefined {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or directory';
    case 'EEXIST':
      return 'there is something of that name already';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EFBIG':
      return 'the file system takes no file of this size (FAT32 ends at 4 GiB); use one formatted as exFAT or ext4';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'ENOTDIR':
      return 'a part of the path is no directory';
    default:
      return undefined;
  }
}

/** Runs an operation on a path and turns what it throws into `fileError`. */
export async function onPath<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw fileError(operation, path, error);
  }
}
