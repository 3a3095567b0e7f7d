import { setMaxListeners } from 'node:events';

/** What a schedule needs to know of a cell. */
export interface ScheduledCell {
  readonly id: string;
  readonly needs: readonly string[];
}

export interface ScheduleOptions<T extends ScheduledCell> {
  /** Cells built at once. */
  readonly jobs: number;
  /** Stop all others once one is not done. */
  readonly failFast: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Builds a cell and says whether it is done. What it throws ends the schedule. */
  readonly run: (cell: T, signal: AbortSignal) => Promise<boolean>;
  /** Is told of a cell that will not be built: `blockedBy` are the cells it needs; none when all was stopped. */
  readonly skip: (cell: T, blockedBy: readonly string[]) => void;
}

/**
 * Builds cells as soon as all that they need is done, in the order given where several could be. A cell that is
 * not done blocks those that need it and nobody else. Resolves once every cell was built or skipped and nothing
 * runs any more.
 */
export async function runSchedule<T extends ScheduledCell>(
  cells: readonly T[],
  options: ScheduleOptions<T>,
): Promise<void> {
  await new Schedule(cells, options).run();
}

class Schedule<T extends ScheduledCell> {
  readonly #options: ScheduleOptions<T>;
  readonly #ended = new Map<string, boolean>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #errors: unknown[] = [];
  #waiting: readonly T[];

  constructor(cells: readonly T[], options: ScheduleOptions<T>) {
    this.#waiting = cells;
    this.#options = options;
    const { signal } = options;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    // Every build listens to it: that is no leak, and Node is not to warn of one.
    setMaxListeners(0, this.#signal);
  }

  async run(): Promise<void> {
    for (;;) {
      this.#skipBlocked();
      if (!this.#signal.aborted) this.#startReady();
      if (this.#running.size === 0) break;
      await Promise.race(this.#running);
    }
    for (const cell of this.#waiting) this.#options.skip(cell, []);
    if (this.#errors.length > 0) throw this.#errors[0];
  }

  /** Cells stand in any order: what one skip blocks is skipped too. */
  #skipBlocked(): void {
    for (;;) {
      const blocked = this.#waiting
        .map((cell) => ({ cell, blockers: this.#blockers(cell) }))
        .filter(({ blockers }) => blockers.length > 0);
      if (blocked.length === 0) return;
      const cells = new Set(blocked.map(({ cell }) => cell));
      this.#waiting = this.#waiting.filter((cell) => !cells.has(cell));
      for (const { cell, blockers } of blocked) {
        this.#options.skip(cell, blockers);
        this.#ended.set(cell.id, false);
      }
    }
  }

  #blockers({ needs }: T): readonly string[] {
    return needs.filter((id) => this.#ended.get(id) === false);
  }

  #startReady(): void {
    const ready = this.#waiting.filter(({ needs }) => needs.every((id) => this.#ended.get(id) === true));
    const starting = ready.slice(0, Math.max(0, this.#options.jobs - this.#running.size));
    this.#waiting = this.#waiting.filter((cell) => !starting.includes(cell));
    for (const cell of starting) {
      const build = this.#build(cell).finally(() => this.#running.delete(build));
      this.#running.add(build);
    }
  }

  async #build(cell: T): Promise<void> {
    let done = false;
    try {
      done = await this.#options.run(cell, this.#signal);
    } catch (error) {
      this.#errors.push(error);
      this.#stop.abort(error);
    }
    this.#ended.set(cell.id, done);
    if (!done && this.#options.failFast) this.#stop.abort();
  }
}
