import type { JobEvent, ResponseOf } from '../contract.ts';

/** Events that are kept for those who ask late; they read the job again when theirs are gone. */
const KEPT = 5_000;
const BATCH_MS = 200;

interface KeptEvent {
  readonly cursor: number;
  readonly event: JobEvent;
}

/**
 * The last events of one job. Of several about the same thing within a fifth of a second, the last is kept: each
 * says all there is to say. Cursors start from the clock, so that those of an earlier backend are known as such.
 */
export class EventRing {
  readonly #base = Date.now();
  #cursor = this.#base;
  #events: KeptEvent[] = [];
  readonly #pending = new Map<string, JobEvent>();
  readonly #waiters = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #notes = 0;

  /** The last event that can be asked for. */
  get cursor(): number {
    return this.#cursor;
  }

  add(event: JobEvent): void {
    this.#pending.set(this.#keyOf(event), event);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, BATCH_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const event of this.#pending.values()) this.#events.push({ cursor: ++this.#cursor, event });
    this.#pending.clear();
    if (this.#events.length > KEPT) this.#events = this.#events.slice(-KEPT / 2);
    this.#wake();
  }

  /** No more will come. */
  close(): void {
    this.#isClosed = true;
    this.flush();
  }

  read(after: number, limit: number): ResponseOf<'jobEvents'> {
    const first = this.#events[0]?.cursor ?? this.#cursor + 1;
    const isKnown = after === 0 ? first === this.#base + 1 : after >= first - 1 && after <= this.#cursor;
    if (!isKnown) return { events: [], cursor: this.#cursor, reset: true, ended: false };
    const events = this.#events.filter(({ cursor }) => cursor > after).slice(0, limit);
    const cursor = events.at(-1)?.cursor ?? (after === 0 ? this.#base : after);
    return { events, cursor, reset: false, ended: this.#isClosed && cursor === this.#cursor };
  }

  /** Resolves when there is something after `after`, when the job has ended, or after a time. */
  async wait(after: number, ms: number): Promise<void> {
    if (ms === 0 || this.#isClosed || after !== this.#cursor) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiters.add(done);
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #keyOf(event: JobEvent): string {
    switch (event.type) {
      case 'cell':
        return `cell ${event.cell.id}`;
      case 'log':
        return `log ${event.cell?.id ?? ''}`;
      case 'note':
        return `note ${this.#notes++}`;
      default:
        return event.type;
    }
  }
}
