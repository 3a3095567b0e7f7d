import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../limits.ts';
import { createScratchFolder, type ScratchFolder } from '../../../testing/files/scratch-folder.ts';
import { plannedCell, plannedReport, storedCell } from '../../../testing/builds/built-cells.ts';
import { buildFolder, type BuildFolder } from './build-folder.ts';
import { storedResult } from './build-report.ts';
import { createRecord, fingerprintOf, readLastRecord } from './build-record.ts';

describe('the records of a definition', () => {
  let scratch: ScratchFolder;

  beforeAll(async () => {
    scratch = await createScratchFolder();
  });

  afterAll(() => scratch.remove());

  function freshFolder(): BuildFolder {
    return buildFolder({ files: ['/a/bake.hcl'], env: { XDG_STATE_HOME: scratch.fresh() } });
  }

  it('are read as they were saved: what is done, with its root', async () => {
    const folder = freshFolder();
    const cells = [plannedCell('web'), plannedCell('api')];
    const record = await createRecord(folder, { id: '1', cells });
    const done = storedCell('web');
    await record.save(plannedReport([done, { ...storedCell('api'), state: 'failed' }]));
    expect(await readLastRecord(folder)).toEqual([
      {
        id: 'web@linux/arm64',
        fingerprint: fingerprintOf(plannedCell('web')),
        root: storedResult(done)?.root,
      },
      { id: 'api@linux/arm64', fingerprint: fingerprintOf(plannedCell('api')) },
    ]);
  });

  it('are those of the last run that left one', async () => {
    const folder = freshFolder();
    const cells = [plannedCell('web')];
    await (await createRecord(folder, { id: '1', cells })).save(plannedReport([storedCell('web')]));
    await createRecord(folder, { id: '2', cells });
    expect(await readLastRecord(folder)).toHaveLength(1);
  });

  it.each(['', '{', '{"type":"other"}', '[]'])('are none where the file is %j', async (text) => {
    const folder = freshFolder();
    await mkdir(join(folder.runs, '1'), { recursive: true });
    await writeFile(join(folder.runs, '1', 'run.json'), text);
    expect(await readLastRecord(folder)).toEqual([]);
  });

  it('are none where nothing was built yet', async () => {
    expect(await readLastRecord(freshFolder())).toEqual([]);
  });

  it('are kept for the last runs only', async () => {
    const folder = freshFolder();
    for (let run = 0; run < LIMITS.buildRecords + 3; run++) {
      await createRecord(folder, { id: String(run).padStart(4, '0'), cells: [] });
    }
    const kept = (await readdir(folder.runs)).toSorted();
    expect([kept.length, kept[0]]).toEqual([LIMITS.buildRecords, '0003']);
  });

  it('have one log for each cell, whatever a component is called', async () => {
    const cells = ['a/b', 'a b', '../../etc', 'a'.repeat(300)].map((name) => plannedCell(name));
    const record = await createRecord(freshFolder(), { id: '1', cells });
    const names = cells.map(({ unit }) => record.logOf(unit).name);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^logs\/[A-Za-z0-9._-]{1,120}\.log$/);
  });
});

describe('a fingerprint', () => {
  const cell = plannedCell('web');

  it('is that of how a cell is wanted, not of where that stands', () => {
    const moved = { ...cell, reason: 'x', target: { ...cell.target, place: { file: '/b', line: 7 } } };
    expect(fingerprintOf(moved)).toBe(fingerprintOf(cell));
  });

  it.each([
    ['arguments', { ...cell, target: { ...cell.target, args: { A: 'b' } } }],
    ['the platform', { ...cell, platform: { os: 'linux', architecture: 'amd64' } }],
    ['what it is built together with', { ...cell, unit: 'web' }],
    ['provenance', { ...cell, settings: { ...cell.settings, provenance: 'mode=max' } }],
  ])('changes with %s', (_, other) => {
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(cell));
  });
});

describe('the folder of a definition', () => {
  const folderOf = (
    files: readonly string[],
    env: Readonly<Record<string, string>> = { HOME: '/home/a' },
  ): string => buildFolder({ files, env }).path;

  it('is the same for the same files in any order, and another for others', () => {
    expect(folderOf(['/x/a', '/x/b'])).toBe(folderOf(['/x/b', '/x/a']));
    expect(folderOf(['/x/a'])).not.toBe(folderOf(['/x/b']));
  });

  it.each([
    [{ XDG_STATE_HOME: '/state', HOME: '/home/a' }, '/state/xbundle/builds/x-'],
    [{ HOME: '/home/a' }, '/home/a/.local/state/xbundle/builds/x-'],
    [{ XDG_STATE_HOME: '', HOME: '/home/a' }, '/home/a/.local/state/xbundle/builds/x-'],
  ])('with %j starts with %s', (env, start) => {
    expect(folderOf(['/x/a'], env).startsWith(start)).toBe(true);
  });
});
