import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath } from '../files/index.ts';

/**
 * Makes a fresh OCI layout called `name` for one command, whose `blobs` are those of the store, and gives its path. What an ended
 * build left in it goes; the blobs stay.
 *
 * buildx must not write into one layout from several processes: what it has not finished lies under `ingest/`, in a
 * folder named after the blob, and the lock on it is the process's own. Eight builds with a new layer in common fail
 * more often than not (`open ingest/…/ref: no such file or directory`, all eight at worst). With an `ingest` for each
 * and `blobs` in common they all succeed: a whole blob is renamed into place, and one that is there is not sent.
 */
export async function makeCellLayout(store: string, name: string): Promise<string> {
  const path = join(store, 'cells', name);
  await onPath('making', path, async () => {
    await rm(path, { recursive: true, force: true });
    await mkdir(join(store, 'blobs', 'sha256'), { recursive: true });
    await mkdir(path, { recursive: true });
    // A junction needs no privilege on Windows; elsewhere the kind is ignored.
    await symlink(join(store, 'blobs'), join(path, 'blobs'), 'junction');
  });
  return path;
}
