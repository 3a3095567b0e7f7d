import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CorpusEntry } from './corpus.ts';

/** The text of a file of the corpus, or why there is none. */
export type Fetched =
  | { readonly text: string; readonly reason?: undefined }
  | { readonly text?: undefined; readonly reason: string };

const LIMIT = 1_048_576;

/** From `FOLDER/OWNER/REPOSITORY/PATH`. */
export async function readEntry({ repo, path }: CorpusEntry, folder: string): Promise<Fetched> {
  try {
    return { text: await readFile(join(folder, repo, path), 'utf8') };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** From GitHub, at the commit that was labelled. */
export async function fetchEntry({ repo, path, commit }: CorpusEntry): Promise<Fetched> {
  const url = `https://raw.githubusercontent.com/${repo}/${commit}/${path}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000), redirect: 'error' });
    if (!response.ok) return { reason: `${url}: ${response.status}` };
    const text = await response.text();
    return text.length > LIMIT ? { reason: `${url}: too long` } : { text };
  } catch (error) {
    return { reason: `${url}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
