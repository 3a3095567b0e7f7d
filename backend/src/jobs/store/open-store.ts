import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@xbundle/core';
import { openFileStore } from './file-store.ts';
import { RECORD_FILE } from '../job-history.ts';
import { jobRecordSchema, type JobRecord } from './job-record.ts';
import type { JobStore, OpenedStore } from './job-store.ts';
import { hasSqlite, openSqliteStore } from './sqlite-store.ts';

export interface OpenStoreOptions {
  /** Of all that the backend keeps. */
  readonly directory: string;
  /** With a folder for each job, which holds its log and its record. */
  readonly jobs: string;
}

/**
 * Opens the history: SQLite where Node has it, else a file. Where a damaged one was set aside, the jobs are read
 * back from the records that lie beside their logs.
 */
export async function openJobStore({ directory, jobs }: OpenStoreOptions): Promise<OpenedStore> {
  const opened = hasSqlite()
    ? await openSqliteStore(join(directory, 'history.db'))
    : await openFileStore(join(directory, 'history.jsonl'));
  if (opened.notices.length === 0) return opened;
  const found = await readBack(opened.store, jobs);
  return {
    ...opened,
    notices: opened.notices.map((notice) => `${notice}. ${found} jobs were read back from their logs`),
  };
}

async function readBack(store: JobStore, directory: string): Promise<number> {
  let count = 0;
  for (const id of await list(directory)) {
    const record = await readRecord(join(directory, id, RECORD_FILE));
    if (record === undefined || (await store.get(id)) !== undefined) continue;
    await store.put(record);
    count += 1;
  }
  return count;
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A record that cannot be read is one that was being written; its log stays, and nobody lists it. */
async function readRecord(path: string): Promise<JobRecord | undefined> {
  try {
    return jobRecordSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
