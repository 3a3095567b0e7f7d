import { Buffer } from 'node:buffer';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { systemCode } from '../../errors.ts';
import { isDigest, type Digest } from '../../model/index.ts';

/** How far an interrupted write got. Hints only: whatever it claims is hashed again before it is believed. */
export interface JournalState {
  /** Bytes of each blob, from its start, that are said to be in place. */
  readonly progress: ReadonlyMap<Digest, number>;
}

/**
 * The record beside a partial bundle. Append-only lines: the digest of the `xbundle.json` that the offsets
 * follow from, then `DIGEST BYTES` each time more of a blob is in place. A torn last line is ignored.
 */
export class Journal {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** What a journal at `path` says about the bundle `id`; undefined when there is none or it is of another. */
  static async read(path: string, id: Digest): Promise<JournalState | undefined> {
    let text: string;
    try {
      text = await readFile(path, 'latin1');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    const [head, ...lines] = text.split('\n').slice(0, -1);
    if (head !== id) return undefined;
    const progress = new Map<Digest, number>();
    for (const line of lines) {
      const [digest = '', bytes = ''] = line.split(' ');
      if (isDigest(digest) && /^[0-9]{1,15}$/.test(bytes)) progress.set(digest, Number(bytes));
    }
    return { progress };
  }

  /** Starts a journal for the bundle `id`, or goes on with it. */
  static async open(path: string, id: Digest, resume: boolean): Promise<Journal> {
    const file = await open(path, resume ? 'a' : 'w', 0o600);
    if (!resume) await file.appendFile(`${id}\n`);
    return new Journal(file);
  }

  /** Records that the first `bytes` of a blob are in place. */
  async record(digest: Digest, bytes: number): Promise<void> {
    await this.#file.write(Buffer.from(`${digest} ${bytes}\n`, 'latin1'));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
