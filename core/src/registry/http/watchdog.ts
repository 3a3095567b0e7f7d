import type { Exchange } from './exchange.ts';

/** How often slow bodies are handed on; a shorter no-progress time is looked at more often. */
const TICK_MS = 200;

/** One coarse timer for all exchanges: a timer for each chunk would cost more than the chunk. */
export class Watchdog {
  readonly #exchanges: Set<Exchange> = new Set();
  readonly #tickMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(noProgressMs: number) {
    this.#tickMs = Math.max(Math.min(TICK_MS, noProgressMs / 4), 5);
  }

  watch(exchange: Exchange): void {
    this.#exchanges.add(exchange);
    exchange.onSettled = () => {
      this.#forget(exchange);
    };
    this.#timer ??= setInterval(() => {
      this.#tick();
    }, this.#tickMs);
  }

  #forget(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    if (this.#exchanges.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = performance.now();
    for (const exchange of this.#exchanges) exchange.tick(now);
  }
}
