import type { PlannedCell } from '@xbundle/backend/contract';
import { describe, expect, it } from 'vitest';
import { plannedCells } from '../../../testing/sample-project.ts';
import {
  chosenCells,
  FIRST_CHOICE,
  obstacleTo,
  switchOf,
  toBuildRequest,
  toggleCells,
  type Choice,
} from './choice.ts';

const cells = plannedCells();
const ids = cells.map(({ id }) => id);
const base = { directory: '/p', files: [], cells };

describe('what is built', () => {
  it('is all of the definition, and then names no cells', () => {
    expect(toBuildRequest({ ...base, choice: FIRST_CHOICE })).toEqual({
      kind: 'build',
      directory: '/p',
      load: true,
      push: false,
      noCache: false,
      pull: false,
      provenance: false,
      sbom: false,
    });
  });

  it('names the cells that are left when some are switched off', () => {
    const choice = toggleCells(FIRST_CHOICE, ids.slice(1));
    expect(toBuildRequest({ ...base, choice })).toMatchObject({
      cells: [{ component: 'apphub', platform: 'linux/amd64' }],
    });
  });

  it('never has a cell that only others need: it is built with them', () => {
    const needed: PlannedCell[] = cells.map((cell, at) => (at === 0 ? { ...cell, wanted: false } : cell));
    expect(chosenCells(needed, FIRST_CHOICE)).toHaveLength(cells.length - 1);
    expect(toBuildRequest({ ...base, cells: needed, choice: FIRST_CHOICE })).not.toHaveProperty('cells');
  });

  it('goes into a file only when one is named', () => {
    const choice: Choice = { ...FIRST_CHOICE, exports: true, overwrite: true };
    expect(toBuildRequest({ ...base, choice })).not.toHaveProperty('export');
    expect(toBuildRequest({ ...base, choice: { ...choice, exportPath: '/r.tar' } })).toMatchObject({
      export: '/r.tar',
      overwrite: true,
    });
  });
});

describe('a switch for several cells', () => {
  const row = ids.slice(0, 2);
  it('is mixed when some are off, then turns all on, then all off', () => {
    const mixed = toggleCells(FIRST_CHOICE, row.slice(0, 1));
    expect(switchOf(mixed, row)).toBe('mixed');
    const on = toggleCells(mixed, row);
    expect(switchOf(on, row)).toBe('on');
    expect(switchOf(toggleCells(on, row), row)).toBe('off');
  });
});

it.each<[string, Partial<Choice>, ReturnType<typeof obstacleTo>]>([
  ['nothing, at first', {}, undefined],
  ['no cell', { off: ids }, 'noCells'],
  ['no place for the result', { load: false }, 'noOutput'],
  ['a file without a name', { load: false, exports: true }, 'noOutput'],
  ['nothing, with a file', { load: false, exports: true, exportPath: '/r.tar' }, undefined],
])('%s stands in the way', (_, change, want) => {
  expect(obstacleTo(cells, { ...FIRST_CHOICE, ...change })).toBe(want);
});
