import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onPath, systemCode } from '@xbundle/core';
import { z } from 'zod';
import { hasEnded, jsonOf } from '../../contract.ts';
import { jobRecordSchema, orderKey, searchText, type JobRecord } from './job-record.ts';
import type { JobPage, JobQuery, JobStore, OpenedStore, StoredSize } from './job-store.ts';

const entrySchema = z.union([
  z.object({ put: jobRecordSchema }),
  z.object({ remove: z.array(z.string()) }),
  z.object({ setting: z.string(), value: z.unknown() }),
]);
type Entry = z.infer<typeof entrySchema>;

/** The file is written anew once it holds this many more lines than are needed. */
const SPARE_LINES = 2_000;

interface Content {
  readonly jobs: Map<string, JobRecord>;
  readonly settings: Map<string, unknown>;
}

/**
 * Jobs in a file with one JSON document on each line, for a Node without SQLite; all of it is held in memory. Lines
 * that cannot be read are left out, and the file as it was is kept aside; the notice says so. A last line that is
 * cut short was being written when the machine went down, and is no damage.
 */
export async function openFileStore(path: string): Promise<OpenedStore> {
  await onPath('making', dirname(path), () => mkdir(dirname(path), { recursive: true }));
  const { content, bad } = readLines(await readText(path));
  const notices: string[] = [];
  if (bad > 0) {
    const aside = `${path}.damaged-${Date.now()}`;
    await onPath('setting aside', path, () => rename(path, aside));
    notices.push(
      `The history was damaged: ${bad} of its lines could not be read. It was set aside as ${aside}; ${content.jobs.size} jobs were kept`,
    );
  }
  const store = new FileStore(path, content);
  await store.rewrite();
  return { store, notices };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function readLines(text: string): { readonly content: Content; readonly bad: number } {
  const content: Content = { jobs: new Map(), settings: new Map() };
  const lines = text.split('\n');
  const cut = lines.pop();
  let bad = 0;
  for (const line of [...lines, ...(cut === undefined || cut === '' ? [] : [cut])]) {
    const entry = readLine(line);
    if (entry !== undefined) apply(entry, content);
    else if (line !== cut || !line.startsWith('{')) bad += 1;
  }
  return { content, bad };
}

function readLine(line: string): Entry | undefined {
  return entrySchema.safeParse(jsonOf(line)).data;
}

function apply(entry: Entry, { jobs, settings }: Content): void {
  if ('put' in entry) jobs.set(entry.put.summary.id, entry.put);
  else if ('remove' in entry) for (const id of entry.remove) jobs.delete(id);
  else settings.set(entry.setting, entry.value);
}

class FileStore implements JobStore {
  readonly #path: string;
  readonly #content: Content;
  #file: FileHandle | undefined;
  #spare = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, content: Content) {
    this.#path = path;
    this.#content = content;
  }

  put(record: JobRecord): Promise<void> {
    return this.#add({ put: record });
  }

  get(id: string): Promise<JobRecord | undefined> {
    return Promise.resolve(this.#content.jobs.get(id));
  }

  page({ kind, states, search, before, limit }: JobQuery): Promise<JobPage> {
    const words = search?.toLowerCase();
    const matching = this.#sorted()
      .map(({ summary }) => summary)
      .filter((summary) => kind === undefined || summary.kind === kind)
      .filter((summary) => states === undefined || states.includes(summary.state))
      .filter((summary) => words === undefined || searchText(summary).includes(words))
      .reverse();
    const rest = before === undefined ? matching : matching.filter((job) => orderKey(job) < before);
    const jobs = rest.slice(0, limit);
    const last = jobs.at(-1);
    return Promise.resolve({
      jobs,
      total: matching.length,
      ...(rest.length > limit && last !== undefined && { next: orderKey(last) }),
    });
  }

  ended(): Promise<readonly StoredSize[]> {
    const ended = this.#sorted().filter(({ summary }) => hasEnded(summary.state));
    return Promise.resolve(ended.map(({ summary, logBytes }) => ({ id: summary.id, logBytes })));
  }

  totals(): Promise<{ readonly jobs: number; readonly logBytes: number }> {
    const records = [...this.#content.jobs.values()];
    const logBytes = records.reduce((sum, record) => sum + record.logBytes, 0);
    return Promise.resolve({ jobs: records.length, logBytes });
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#add({ remove: [...ids] });
  }

  setting(name: string): Promise<unknown> {
    return Promise.resolve(this.#content.settings.get(name));
  }

  setSetting(name: string, value: unknown): Promise<void> {
    return this.#add({ setting: name, value });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  /** Writes what is needed beside the file and puts it in its place. */
  async rewrite(): Promise<void> {
    const { jobs, settings } = this.#content;
    const entries: readonly Entry[] = [
      ...[...settings].map(([setting, value]) => ({ setting, value })),
      ...[...jobs.values()].map((put) => ({ put })),
    ];
    await this.#file?.close();
    const partial = `${this.#path}.partial`;
    const file = await onPath('writing', partial, () => open(partial, 'w', 0o600));
    for (const entry of entries) await file.appendFile(lineOf(entry));
    await file.sync();
    await file.close();
    await onPath('replacing', this.#path, () => rename(partial, this.#path));
    this.#file = await onPath('opening', this.#path, () => open(this.#path, 'a', 0o600));
    this.#spare = 0;
  }

  #sorted(): readonly JobRecord[] {
    return [...this.#content.jobs.values()].sort((a, b) =>
      orderKey(a.summary) < orderKey(b.summary) ? -1 : 1,
    );
  }

  #add(entry: Entry): Promise<void> {
    // As it is now: a caller may go on changing what it gave.
    const line = lineOf(entry);
    const kept = readLine(line);
    if (kept !== undefined) apply(kept, this.#content);
    const done = this.#writing.then(() => this.#write(line));
    // One that failed is told to its caller, and does not stop the next.
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #write(line: string): Promise<void> {
    this.#spare += 1;
    if (this.#spare > SPARE_LINES) return this.rewrite();
    await onPath('writing', this.#path, async () => this.#file?.appendFile(line));
  }
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}
