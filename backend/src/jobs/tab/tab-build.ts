import { briefEvent, BuildProgress, diagnoseBuild, type BuildEvent } from '@xbundle/core';
import type { TabCommand } from '../../contract.ts';
import type { CliCell } from '../output/cli-line.ts';

/** A line of progress, as the command line prints of a build of its own. */
export type TabLine =
  | { readonly type: 'cell'; readonly cell: CliCell }
  | {
      readonly type: 'build';
      readonly cell: string;
      readonly event: BuildEvent;
      readonly counts: StepCounts;
    };

type TabCell = TabCommand['cells'][number];

interface StepCounts {
  readonly total: number;
  readonly ended: number;
}

/** A component of a build in the tab: one command for several cells, told apart by the platforms of its steps. */
export class TabComponent {
  readonly #command: TabCommand;
  readonly #progress: BuildProgress;
  #state: 'waiting' | 'running' | 'done' | 'failed' = 'waiting';

  constructor(command: TabCommand) {
    this.#command = command;
    const [only, ...others] = command.cells;
    const isAlone = only !== undefined && others.length === 0;
    this.#progress = new BuildProgress({ platform: isAlone ? partsOf(only).platform : undefined });
  }

  get needs(): readonly string[] {
    return this.#command.needs;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  get hasEnded(): boolean {
    return this.#state === 'done' || this.#state === 'failed';
  }

  /** Before anything is known of it. */
  waiting(): readonly TabLine[] {
    return this.#all('waiting');
  }

  add(line: string): readonly TabLine[] {
    const started = this.#state === 'waiting' ? this.#all('running') : [];
    this.#state = 'running';
    return [...started, ...this.#progress.add(line).flatMap((event) => this.#told(event))];
  }

  /** Its command has ended; 130: it was stopped. */
  end(exitCode: number): readonly TabLine[] {
    const rest = this.#progress.finish().flatMap((event) => this.#told(event));
    this.#state = exitCode === 0 ? 'done' : 'failed';
    if (exitCode === 0) return [...rest, ...this.#all('done')];
    if (exitCode === 130) return [...rest, ...this.#all('canceled')];
    return [...rest, ...this.#failed()];
  }

  /** What it needs is not there. */
  block(): readonly TabLine[] {
    this.#state = 'failed';
    return this.#all('blocked');
  }

  #all(state: CliCell['state']): readonly TabLine[] {
    return this.#command.cells.map((cell) => ({ type: 'cell', cell: cellOf(cell, state) }));
  }

  /** The platforms of steps that failed; all of them where none did, as when the command was refused. */
  #failed(): readonly TabLine[] {
    const { cells } = this.#command;
    const { model } = this.#progress;
    const { message, cause, step, suggestion, at } = diagnoseBuild(model);
    const failure = {
      message,
      cause,
      ...(step !== undefined && { step }),
      ...(suggestion !== undefined && { suggestion }),
      ...(at !== undefined && { at: { file: at.file, line: at.line, source: [...at.source] } }),
    };
    const broken = new Set(
      model.steps.flatMap(({ state, platform }) => (state === 'failed' ? [platform] : [])),
    );
    const isBroken = (cell: TabCell): boolean => broken.has(partsOf(cell).platform);
    const guilty = cells.some(isBroken) ? cells.filter(isBroken) : cells;
    return cells.map((cell) => ({
      type: 'cell',
      cell: guilty.includes(cell) ? { ...cellOf(cell, 'failed'), failure } : cellOf(cell, 'canceled'),
    }));
  }

  #told(event: BuildEvent): readonly TabLine[] {
    const { counts } = this.#progress;
    const platform = 'step' in event ? event.step.platform : undefined;
    const { cells } = this.#command;
    const own = platform === undefined ? [] : cells.filter((cell) => partsOf(cell).platform === platform);
    // What is of no platform, such as reading the Dockerfile or an error at the end, is told of the first.
    const [cell = cells[0]] = own;
    return cell === undefined ? [] : [{ type: 'build', cell: cell.id, event: briefEvent(event), counts }];
  }
}

function partsOf({ id }: TabCell): { readonly component: string; readonly platform: string } {
  const at = id.lastIndexOf('@');
  return at === -1
    ? { component: id, platform: '' }
    : { component: id.slice(0, at), platform: id.slice(at + 1) };
}

function cellOf(cell: TabCell, state: CliCell['state']): CliCell {
  return { ...cell, ...partsOf(cell), wanted: true, state };
}
