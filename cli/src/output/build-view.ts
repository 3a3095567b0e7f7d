import { performance } from 'node:perf_hooks';
import {
  briefEvent,
  type BuildPlan,
  type BuildRunEvent,
  type CellReport,
  type OnBuildEvent,
} from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { endedText, runningText, type RunningCell } from './build-cell-text.ts';
import { formatGrid, type GridText } from './build-grid.ts';
import { LiveLines } from './live-lines.ts';
import { printable } from './printable.ts';
import { createProgress, type ProgressOptions, type ProgressView } from './progress.ts';
import { paintFor } from './style.ts';
import { formatDuration } from './units.ts';

/** Shows a build on stderr while it runs; `stop` leaves the terminal clean. */
export interface BuildView {
  readonly onEvent: OnBuildEvent;
  stop(): void;
}

const FRAME_MS = 150;

/** `auto`: a live matrix on a terminal, plain lines elsewhere. */
export function createBuildView(plan: BuildPlan, io: Io, options: ProgressOptions): BuildView {
  const isTerminal = terminalColumns(io.stderr) !== undefined && io.env['TERM'] !== 'dumb';
  const mode = options.mode === 'auto' ? (isTerminal ? 'bar' : 'plain') : options.mode;
  if (mode === 'json') return jsonView(io);
  if (mode === 'none' || options.quiet) return { onEvent: () => undefined, stop: () => undefined };
  const output = createProgress(io, options);
  return mode === 'bar' ? new LiveMatrix(plan, io, output) : plainView(io, output, options.verbose);
}

/** One event a line (NDJSON), with its time in seconds since the start. */
function jsonView({ stderr }: Io): BuildView {
  const start = performance.now();
  return {
    onEvent: (event) => {
      const time = Math.round(performance.now() - start) / 1000;
      const told = event.type === 'build' ? { ...event, event: briefEvent(event.event) } : event;
      stderr.write(`${JSON.stringify({ time, ...told })}\n`);
    },
    stop: () => undefined,
  };
}

function plainView({ stderr }: Io, output: ProgressView, verbose: boolean): BuildView {
  return {
    onEvent: (event) => {
      if (event.type === 'output') output.onProgress(event.event);
      for (const line of plainLines(event, verbose)) stderr.write(`${printable(line)}\n`);
    },
    stop: () => {
      output.stop();
    },
  };
}

function plainLines(event: BuildRunEvent, verbose: boolean): readonly string[] {
  switch (event.type) {
    case 'cell':
      return [
        `${nameOf(event.cell)}: ${event.cell.state === 'running' ? 'building' : endedText(event.cell).text}`,
      ];
    case 'retry':
      return [retryLine(event)];
    case 'service':
      return [serviceLine(event)];
    case 'build':
      return verbose && event.event.type === 'log' ? [`${event.cell}: ${event.event.text}`] : [];
    case 'output':
      return [];
  }
}

function nameOf({ component, platform }: CellReport): string {
  return `${component} for ${platform}`;
}

function retryLine({ cell, attempt, reason, waitMs }: Extract<BuildRunEvent, { type: 'retry' }>): string {
  return `${cell}: attempt ${attempt} in ${formatDuration(waitMs / 1000)}: ${reason}`;
}

function serviceLine({ name, state, address }: Extract<BuildRunEvent, { type: 'service' }>): string {
  return `service ${name}: ${state}${address === undefined ? '' : ` at ${address}`}`;
}

/** The matrix of components and platforms, drawn over and over in place. */
class LiveMatrix implements BuildView {
  readonly #io: Io;
  readonly #plan: BuildPlan;
  readonly #output: ProgressView;
  readonly #cells = new Map<string, CellReport>();
  readonly #running = new Map<string, RunningCell>();
  readonly #timer: NodeJS.Timeout;
  readonly #start = performance.now();
  readonly #lines: LiveLines;
  #isOver = false;

  constructor(plan: BuildPlan, io: Io, output: ProgressView) {
    this.#plan = plan;
    this.#io = io;
    this.#output = output;
    this.#lines = new LiveLines(io.stderr);
    this.#timer = setInterval(() => {
      this.#draw();
    }, FRAME_MS);
    this.#timer.unref();
  }

  readonly onEvent = (event: BuildRunEvent): void => {
    switch (event.type) {
      case 'cell':
        this.#cells.set(event.cell.id, event.cell);
        if (event.cell.state === 'running')
          this.#running.set(event.cell.id, { startedMs: performance.now() });
        else this.#running.delete(event.cell.id);
        break;
      case 'build':
        this.#follow(event);
        break;
      case 'retry':
        this.#lines.tell(retryLine(event));
        break;
      case 'service':
        this.#lines.tell(serviceLine(event));
        break;
      case 'output':
        this.#finish();
        this.#output.onProgress(event.event);
        break;
    }
  };

  stop(): void {
    this.#finish();
    this.#output.stop();
  }

  #follow({ cell, event, counts }: Extract<BuildRunEvent, { type: 'build' }>): void {
    const running = this.#running.get(cell);
    if (running === undefined) return;
    const isStart = event.type === 'step' && event.step.state === 'running';
    this.#running.set(cell, { ...running, counts, ...(isStart && { step: event.step.text }) });
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#lines.clear();
  }

  #draw(): void {
    this.#lines.show([...this.#grid(this.#lines.width), this.#total()]);
  }

  /** Where the terminal is too low for all, rows that are done give way: what runs and what failed is news. */
  #grid(width: number): readonly string[] {
    const { stderr, env } = this.#io;
    const height = 'rows' in stderr && typeof stderr.rows === 'number' ? stderr.rows : 24;
    const components = [...new Set(this.#plan.cells.map(({ target }) => target.name))];
    const room = Math.max(1, height - 4);
    const live = components.filter((name) => this.#isLive(name));
    const rows = components.length <= room ? components : live.slice(0, room);
    const columns = [...new Set([...this.#platforms().values()])];
    const at = (row: string, column: string): GridText | undefined => this.#text(row, column);
    return formatGrid({ title: 'COMPONENT', rows, columns, at, width }, paintFor(stderr, env));
  }

  #platforms(): ReadonlyMap<string, string> {
    return new Map(this.#plan.cells.map(({ id, target }) => [id, id.slice(target.name.length + 1)]));
  }

  #isLive(component: string): boolean {
    return [...this.#cells.values()].some((cell) => cell.component === component && cell.state !== 'done');
  }

  #text(component: string, platform: string): GridText | undefined {
    const id = `${component}@${platform}`;
    if (!this.#platforms().has(id)) return undefined;
    const running = this.#running.get(id);
    if (running !== undefined) return runningText(running, performance.now());
    const cell = this.#cells.get(id);
    return cell === undefined ? { text: 'waiting', colour: 'dim' } : endedText(cell);
  }

  #total(): string {
    const states = [...this.#cells.values()].map(({ state }) => state);
    const count = (...wanted: readonly string[]): number =>
      states.filter((state) => wanted.includes(state)).length;
    const failed = count('failed', 'wrong');
    const parts = [
      `${count('done')} of ${this.#plan.cells.length} done`,
      `${this.#running.size} running`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      formatDuration((performance.now() - this.#start) / 1000),
    ];
    return parts.join(', ');
  }
}
