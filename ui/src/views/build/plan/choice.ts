import type { PlannedCell } from '@xbundle/backend/contract';
import { z } from 'zod';
import type { BuildRequest } from '../../../host/host.ts';

/** What the user decided about a project; kept for the next visit. */
export const choiceSchema = z.object({
  /** Ids of cells that are switched off: what is new in the definition is on. */
  off: z.array(z.string()),
  /** Instead of the definition's. */
  platforms: z.array(z.string()),
  builder: z.string(),
  tag: z.string(),
  load: z.boolean(),
  push: z.boolean(),
  exports: z.boolean(),
  exportPath: z.string(),
  overwrite: z.boolean(),
  noCache: z.boolean(),
  pull: z.boolean(),
  provenance: z.boolean(),
  sbom: z.boolean(),
  inTab: z.boolean(),
});
export type Choice = z.infer<typeof choiceSchema>;

export const FIRST_CHOICE: Choice = {
  off: [],
  platforms: [],
  builder: '',
  tag: '',
  load: true,
  push: false,
  exports: false,
  exportPath: '',
  overwrite: false,
  noCache: false,
  pull: false,
  provenance: false,
  sbom: false,
  inTab: false,
};

/** Cells that the user can choose: those that others need are built with them. */
export function choosable(cells: readonly PlannedCell[]): readonly PlannedCell[] {
  return cells.filter(({ wanted }) => wanted);
}

export function chosenCells(cells: readonly PlannedCell[], { off }: Choice): readonly PlannedCell[] {
  const left = new Set(off);
  return choosable(cells).filter(({ id }) => !left.has(id));
}

/** All of the cells off when all are on, else all on. */
export function toggleCells(choice: Choice, ids: readonly string[]): Choice {
  const off = new Set(choice.off);
  const isAllOn = ids.every((id) => !off.has(id));
  for (const id of ids) {
    if (isAllOn) off.add(id);
    else off.delete(id);
  }
  return { ...choice, off: [...off].sort() };
}

export type Switch = 'on' | 'off' | 'mixed';

export function switchOf(choice: Choice, ids: readonly string[]): Switch {
  const off = new Set(choice.off);
  const count = ids.filter((id) => off.has(id)).length;
  if (count === 0) return 'on';
  return count === ids.length ? 'off' : 'mixed';
}

export interface BuildOf {
  readonly directory: string;
  readonly files: readonly string[];
  readonly cells: readonly PlannedCell[];
  readonly choice: Choice;
}

/** The job that builds what is chosen. Cells are named only when some are left out. */
export function toBuildRequest({ directory, files, cells, choice }: BuildOf): BuildRequest {
  const chosen = chosenCells(cells, choice);
  const isAll = chosen.length === choosable(cells).length;
  const { builder, tag, platforms, exportPath } = choice;
  return {
    kind: 'build',
    directory,
    ...(files.length > 0 && { files: [...files] }),
    ...(platforms.length > 0 && { platforms }),
    ...(!isAll && { cells: chosen.map(({ component, platform }) => ({ component, platform })) }),
    ...(builder !== '' && { builder }),
    ...(tag !== '' && { tag }),
    ...(choice.exports && exportPath !== '' && { export: exportPath, overwrite: choice.overwrite }),
    load: choice.load,
    push: choice.push,
    noCache: choice.noCache,
    pull: choice.pull,
    provenance: choice.provenance,
    sbom: choice.sbom,
  };
}

export type Obstacle = 'noCells' | 'noOutput';

/** Why the build cannot be started yet. */
export function obstacleTo(cells: readonly PlannedCell[], choice: Choice): Obstacle | undefined {
  if (chosenCells(cells, choice).length === 0) return 'noCells';
  const hasOutput = choice.load || choice.push || (choice.exports && choice.exportPath !== '');
  return hasOutput ? undefined : 'noOutput';
}
