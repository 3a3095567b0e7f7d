import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { hasEnded } from '../../contract.ts';
import { messageOf, onPath, XbundleError } from '@xbundle/core';
import { jobRecordSchema, orderKey, searchText, type JobRecord } from './job-record.ts';
import type { JobPage, JobQuery, JobStore, OpenedStore, StoredSize } from './job-store.ts';

const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, position TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, ended INTEGER NOT NULL,
  words TEXT NOT NULL, log_bytes INTEGER NOT NULL, summary TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS by_position ON jobs (position);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** The part of `node:sqlite` that is used here; the types for Node 20 do not have it. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): {
    run(...values: readonly Value[]): unknown;
    get(...values: readonly Value[]): Record<string, unknown> | undefined;
    all(...values: readonly Value[]): readonly Record<string, unknown>[];
  };
  close(): void;
}

interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database;
}

type Value = string | number;

/** Undefined on a Node without it: before 22.13 it is not there, or behind a flag. */
function loadSqlite(): Sqlite | undefined {
  return process.getBuiltinModule('node:sqlite') as Sqlite | undefined;
}

export function hasSqlite(): boolean {
  return loadSqlite() !== undefined;
}

/** Opens or makes the database. A damaged file is renamed and a new one made; the notice says so. */
export async function openSqliteStore(path: string): Promise<OpenedStore> {
  await onPath('making', dirname(path), () => mkdir(dirname(path), { recursive: true }));
  try {
    return { store: openDatabase(path), notices: [] };
  } catch (error) {
    const aside = `${path}.damaged-${Date.now()}`;
    await onPath('setting aside', path, () => rename(path, aside));
    // Of a damaged database they are damaged too, and would spoil the next one of the name.
    for (const end of ['-wal', '-shm']) await rm(`${path}${end}`, { force: true });
    const notice = `The history was damaged (${messageOf(error)}). It was set aside as ${aside}, and a new one was begun`;
    return { store: openDatabase(path), notices: [notice] };
  }
}

/** Throws UNSUPPORTED on a Node without SQLite, and what SQLite says of a file that is no database. */
function openDatabase(path: string): JobStore {
  const sqlite = loadSqlite();
  if (sqlite === undefined) throw new XbundleError('UNSUPPORTED', 'this Node.js has no SQLite');
  const database = new sqlite.DatabaseSync(path);
  try {
    const check = database.prepare('PRAGMA quick_check(1)').get();
    if (check?.['quick_check'] !== 'ok') throw new XbundleError('FILE_SYSTEM', 'quick_check found damage');
    database.exec(SCHEMA);
    // Tables of the same names with other columns are no history either.
    database.prepare('SELECT id, position, words, record FROM jobs LIMIT 1').get();
    return new SqliteStore(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteStore implements JobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  put(record: JobRecord): Promise<void> {
    const { summary } = record;
    this.#run(
      `INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
        position = excluded.position, kind = excluded.kind, state = excluded.state, ended = excluded.ended,
        words = excluded.words, log_bytes = excluded.log_bytes, summary = excluded.summary, record = excluded.record`,
      [
        summary.id,
        orderKey(summary),
        summary.kind,
        summary.state,
        hasEnded(summary.state) ? 1 : 0,
        searchText(summary),
        record.logBytes,
        JSON.stringify(summary),
        JSON.stringify(record),
      ],
    );
    return Promise.resolve();
  }

  get(id: string): Promise<JobRecord | undefined> {
    const [row] = this.#all('SELECT record FROM jobs WHERE id = ?', [id]);
    return Promise.resolve(row === undefined ? undefined : jobRecordSchema.parse(fromText(row['record'])));
  }

  page({ before, limit, ...query }: JobQuery): Promise<JobPage> {
    const { where, values } = conditions(query);
    const [count] = this.#all(`SELECT count(*) AS total FROM jobs WHERE ${where}`, values);
    const cursor = before === undefined ? '' : ' AND position < ?';
    const rows = this.#all(
      `SELECT position, summary FROM jobs WHERE ${where}${cursor} ORDER BY position DESC LIMIT ?`,
      [...values, ...(before === undefined ? [] : [before]), limit + 1],
    );
    const last = rows[limit - 1];
    return Promise.resolve({
      jobs: rows.slice(0, limit).map((row) => fromText(row['summary']) as JobPage['jobs'][number]),
      total: Number(count?.['total'] ?? 0),
      ...(rows.length > limit && last !== undefined && { next: String(last['position']) }),
    });
  }

  ended(): Promise<readonly StoredSize[]> {
    const rows = this.#all('SELECT id, log_bytes FROM jobs WHERE ended = 1 ORDER BY position', []);
    return Promise.resolve(
      rows.map((row) => ({ id: String(row['id']), logBytes: Number(row['log_bytes']) })),
    );
  }

  totals(): Promise<{ readonly jobs: number; readonly logBytes: number }> {
    const [row] = this.#all('SELECT count(*) AS jobs, coalesce(sum(log_bytes), 0) AS bytes FROM jobs', []);
    return Promise.resolve({ jobs: Number(row?.['jobs'] ?? 0), logBytes: Number(row?.['bytes'] ?? 0) });
  }

  remove(ids: readonly string[]): Promise<void> {
    const statement = this.#database.prepare('DELETE FROM jobs WHERE id = ?');
    this.#database.exec('BEGIN');
    try {
      for (const id of ids) statement.run(id);
    } finally {
      this.#database.exec('COMMIT');
    }
    return Promise.resolve();
  }

  setting(name: string): Promise<unknown> {
    const [row] = this.#all('SELECT value FROM settings WHERE name = ?', [name]);
    return Promise.resolve(row === undefined ? undefined : fromText(row['value']));
  }

  setSetting(name: string, value: unknown): Promise<void> {
    const sql = 'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
    this.#run(sql, [name, JSON.stringify(value)]);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #run(sql: string, values: readonly Value[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #all(sql: string, values: readonly Value[]): readonly Record<string, unknown>[] {
    return this.#database.prepare(sql).all(...values);
  }
}

interface Conditions {
  readonly where: string;
  readonly values: readonly Value[];
}

function conditions({ kind, states, search }: Omit<JobQuery, 'before' | 'limit'>): Conditions {
  const parts: readonly (readonly [sql: string, values: readonly Value[]])[] = [
    ...(kind === undefined ? [] : [['kind = ?', [kind]] as const]),
    ...(states === undefined ? [] : [[`state IN (${states.map(() => '?').join(', ')})`, states] as const]),
    // Not LIKE: its wildcards would have to be quoted, and it folds ASCII only.
    ...(search === undefined ? [] : [['instr(words, ?) > 0', [search.toLowerCase()]] as const]),
  ];
  return {
    where: ['1 = 1', ...parts.map(([sql]) => sql)].join(' AND '),
    values: parts.flatMap(([, values]) => [...values]),
  };
}

function fromText(text: unknown): unknown {
  return JSON.parse(String(text));
}
