import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode } from '../../../errors.ts';
import { onPath } from '../../../files/index.ts';
import { LIMITS } from '../../../limits.ts';
import { descriptorSchema, stringifyJson, type Descriptor } from '../../../model/index.ts';
import type { BuildCell } from '../../build-plan.ts';
import { buildUnits } from '../../build-unit.ts';
import type { BuildReport } from './build-report.ts';
import type { BuildFolder } from './build-folder.ts';

/** A cell as an earlier run left it. */
export interface RecordedCell {
  readonly id: string;
  readonly fingerprint: string;
  /** Of a cell that was done and is in the store. */
  readonly root?: Descriptor;
}

const RECORD = 'run.json';
const RECORD_TYPE = 'application/vnd.xbundle.build.v1+json';

const recordSchema = z.looseObject({
  type: z.literal(RECORD_TYPE),
  cells: z.array(
    z.looseObject({
      id: z.string(),
      fingerprint: z.string(),
      state: z.string(),
      results: z.array(z.looseObject({ kind: z.string(), root: descriptorSchema.optional() })).optional(),
    }),
  ),
});

/** The directory of one run, and what is written there. */
export interface RunRecord {
  readonly directory: string;
  /** A name for the files of a unit: no other unit of the run has it, and every file system takes it. */
  nameOf(unit: string): string;
  /** Absolute path and path below `directory` of a unit's log. */
  logOf(unit: string): { readonly path: string; readonly name: string };
  metadataOf(unit: string): string;
  /** Replaces `run.json`: at any time it is whole. */
  save(report: BuildReport): Promise<void>;
}

/** Makes the directory of a new run and removes those of the oldest runs. `id` sorts by time. */
export async function createRecord(
  folder: BuildFolder,
  { id, cells }: { readonly id: string; readonly cells: readonly BuildCell[] },
): Promise<RunRecord> {
  const directory = join(folder.runs, id);
  for (const path of [join(directory, 'logs'), join(directory, 'metadata'), folder.store]) {
    await onPath('making', path, () => mkdir(path, { recursive: true }));
  }
  await removeOldest(folder.runs);
  const names = new Map(buildUnits(cells).map(({ id: unit }, at) => [unit, fileName(unit, at)]));
  const fingerprints = new Map(cells.map((cell) => [cell.id, fingerprintOf(cell)]));
  const nameOf = (unit: string): string => names.get(unit) ?? 'cell';
  let saving = Promise.resolve();
  return {
    directory,
    nameOf,
    logOf: (unit) => {
      const name = `logs/${nameOf(unit)}.log`;
      return { name, path: join(directory, name) };
    },
    metadataOf: (unit) => join(directory, 'metadata', `${nameOf(unit)}.json`),
    save: (report) => {
      const text = stringifyJson({
        ...report,
        cells: report.cells.map((cell) => ({ ...cell, fingerprint: fingerprints.get(cell.id) })),
      });
      // One after the other: a later report is never replaced by an earlier one.
      saving = saving.then(() => replaceFile(join(directory, RECORD), text));
      return saving;
    },
  };
}

/** Names of components are anything that their file's language takes. */
function fileName(unit: string, at: number): string {
  return `${String(at + 1).padStart(2, '0')}-${unit.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100)}`;
}

async function replaceFile(path: string, text: string): Promise<void> {
  await onPath('writing', path, async () => {
    await writeFile(`${path}.partial`, text);
    await rename(`${path}.partial`, path);
  });
}

async function removeOldest(runs: string): Promise<void> {
  const ids = (await onPath('reading', runs, () => readdir(runs))).toSorted();
  for (const id of ids.slice(0, -LIMITS.buildRecords)) {
    const path = join(runs, id);
    await onPath('removing', path, () => rm(path, { recursive: true, force: true }));
  }
}

/**
 * What the last run that left a record says of its cells; empty when there is none. A record that cannot be read
 * is none: all is built again.
 */
export async function readLastRecord({ runs }: BuildFolder): Promise<readonly RecordedCell[]> {
  for (const id of (await listIds(runs)).toSorted().reverse()) {
    const cells = await readRecord(join(runs, id, RECORD));
    if (cells !== undefined) return cells;
  }
  return [];
}

async function listIds(runs: string): Promise<readonly string[]> {
  return (await unlessAbsent(() => readdir(runs))) ?? [];
}

async function readRecord(path: string): Promise<readonly RecordedCell[] | undefined> {
  const text = await onPath('reading', path, () => unlessAbsent(() => readFile(path, 'utf8')));
  const record = recordSchema.safeParse(parse(text));
  return record.data?.cells.map(({ id, fingerprint, state, results = [] }) => {
    const root = state === 'done' ? results.find(({ kind }) => kind === 'oci')?.root : undefined;
    return { id, fingerprint, ...(root !== undefined && { root }) };
  });
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Equal for cells that are built alike: a cell that is wanted in another way is another. */
export function fingerprintOf({ unit, target, platform, settings, contexts, services }: BuildCell): string {
  const { provenance, sbom, outputs } = settings;
  const what = { ...target, place: undefined, unit, platform, contexts, services, provenance, sbom, outputs };
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
}
