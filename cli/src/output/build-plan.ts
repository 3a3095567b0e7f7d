import {
  buildUnits,
  componentCommands,
  formatPlatform,
  formatReference,
  unitCommand,
  type BuildCell,
  type BuildPlan,
  type BuildUnit,
  type ComponentOutputs,
} from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { formatGrid, type GridText } from './build-grid.ts';
import { formatCommandLine } from './command-line.ts';
import { printable } from './printable.ts';
import { paintFor, type Colour } from './style.ts';
import { formatTable } from './table.ts';

/**
 * How each cell is built, why where it is not simply native, what waits for what, and the command of each. Words in
 * braces stand for what is known only while building.
 */
export function formatBuildPlan(plan: BuildPlan, io: Io): readonly string[] {
  const width = terminalColumns(io.stdout);
  const sections = [
    formatHow(plan, io),
    formatReasons(plan, width),
    formatServices(plan),
    plan.notes.map(({ message }) => printable(`note: ${message}`)),
    buildUnits(plan.cells).map(formatUnit),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

const COLOURS: Readonly<Partial<Record<BuildCell['how'], Colour>>> = {
  native: 'green',
  'other-node': 'green',
  cross: 'green',
  emulated: 'yellow',
  impossible: 'red',
  unknown: 'dim',
};

function formatHow({ builder, driver, cells }: BuildPlan, io: Io): readonly string[] {
  const byPlace = new Map(
    cells.map((cell) => [place(cell.target.name, formatPlatform(cell.platform)), cell]),
  );
  const grid = formatGrid(
    {
      title: 'COMPONENT',
      rows: [...new Set(cells.map(({ target }) => target.name))],
      columns: [...new Set(cells.map(({ platform }) => formatPlatform(platform)))],
      at: (component, platform) => gridText(byPlace.get(place(component, platform))),
      width: terminalColumns(io.stdout),
    },
    paintFor(io.stdout, io.env),
  );
  const extra = cells.filter(({ wanted }) => !wanted).length;
  return [
    ...grid,
    '',
    `${countCells(cells)}, with the builder ${printable(builder)}${driver === '' ? '' : ` (${printable(driver)})`}`,
    ...(extra === 0 ? [] : [`in parentheses: ${extra} that only others need`]),
  ];
}

function place(component: string, platform: string): string {
  return `${component} ${platform}`;
}

function gridText(cell: BuildCell | undefined): GridText | undefined {
  if (cell === undefined) return undefined;
  return { text: cell.wanted ? cell.how : `(${cell.how})`, colour: COLOURS[cell.how] };
}

/** `24 cells: 12 native, 12 emulated`. */
function countCells(cells: readonly BuildCell[]): string {
  const counts = new Map<string, number>();
  for (const { how } of cells) counts.set(how, (counts.get(how) ?? 0) + 1);
  const parts = [...counts].map(([how, count]) => `${count} ${how}`).join(', ');
  return `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}: ${parts}`;
}

function formatReasons({ cells }: BuildPlan, width: number | undefined): readonly string[] {
  const told = cells.filter(({ how, needs }) => how !== 'native' || needs.length > 0);
  if (told.length === 0) return [];
  const impossible = cells.filter(({ how }) => how === 'impossible');
  const table = formatTable({
    columns: [
      { title: 'CELL', shrinks: true },
      { title: 'NODE' },
      { title: 'WHY', shrinks: true },
      { title: 'AFTER', shrinks: true },
    ],
    rows: told.map(({ id, node, reason, needs }) => [id, node ?? '-', reason, needs.join(' ')]),
    width,
  });
  // A table may leave out the middle of what has to be read here.
  return [...table, ...impossible.map(({ id, reason }) => printable(`${id}: impossible: ${reason}`))];
}

function formatServices({ services }: BuildPlan): readonly string[] {
  return services.map(({ name, cell, serve, usedBy }) =>
    printable(`service ${name}: port ${serve.port} of ${cell}, while ${usedBy.length} others are built`),
  );
}

/** The command of a unit, after what writes its standard input. */
function formatUnit(unit: BuildUnit): string {
  const { args, input } = unitCommand(unit);
  const command = formatCommandLine(['docker', ...args]);
  return input === undefined ? command : `${formatCommandLine(['printf', '%s', input])} | ${command}`;
}

/**
 * The shape of `build --dry-run --json`. `byHand`: the same without xbundle, into engine or registry; `told`: the
 * notes by their codes, for whoever tells them in another language.
 */
export function planDocument(plan: BuildPlan, outputs: ComponentOutputs): unknown {
  const commands = new Map(
    buildUnits(plan.cells).flatMap((unit) => {
      const { args, input } = unitCommand(unit);
      const command = { command: ['docker', ...args], ...(input !== undefined && { input }) };
      return unit.cells.map(({ id }) => [id, command] as const);
    }),
  );
  const cells = plan.cells.map((cell) => ({ ...cellDocument(cell), ...commands.get(cell.id) }));
  const byHand = outputs.load || outputs.push ? { byHand: componentCommands(plan, outputs) } : {};
  const notes = plan.notes.map(({ message }) => message);
  return { dryRun: true, ...plan, cells, notes, told: plan.notes, ...byHand };
}

function cellDocument(cell: BuildCell): Readonly<Record<string, unknown>> {
  const { target, platform, contexts, settings, ...rest } = cell;
  return {
    ...rest,
    component: target.name,
    platform: formatPlatform(platform),
    images: target.tags.map(formatReference),
    contexts: contexts.map(({ name, cell: from }) => ({ name, cell: from })),
    outputs: settings.outputs.map((output) =>
      output.kind === 'engine' ? { ...output, tags: output.tags.map(formatReference) } : output,
    ),
  };
}
