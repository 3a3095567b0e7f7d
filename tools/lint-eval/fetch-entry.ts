import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CorpusEntry } from './corpus.ts';

/** The text of a file of the corpus, or why there is none. */
export type Fetched =
  | { readonly text: string; readonly reason?: undefined }
  | { readonly text?: undefined; readonly reason: string };

const LIMIT = 1_048_576;

/**
 * The text that was labelled: from `FOLDER/OWNER/REPOSITORY/PATH` where a folder is given, else from GitHub at the
 * commit of the entry. Another text than the labelled one counts as none.
 */
export async function fetchEntry(entry: CorpusEntry, folder: string | undefined): Promise<Fetched> {
  try {
    const text =
      folder === undefined
        ? await download(entry)
        : await readFile(join(folder, entry.repo, entry.path), 'utf8');
    const found = createHash('sha256').update(text).digest('hex');
    if (entry.sha256 === undefined || entry.sha256 === found) return { text };
    return { reason: `its sha256 is ${found}, labelled was ${entry.sha256}` };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

async function download({ repo, path, commit }: CorpusEntry): Promise<string> {
  const url = `https://raw.githubusercontent.com/${repo}/${commit}/${path}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000), redirect: 'error' });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const text = await response.text();
  if (text.length > LIMIT) throw new Error(`${url}: too long`);
  return text;
}
