import type { LogLine } from '@xbundle/backend/contract';

export const PAGE_LINES = 250;
/** Pages in memory: ten thousand lines, whatever the length of the log. */
const PAGES_KEPT = 40;
/** Between two tries to reach a backend that does not answer. */
const RETRY_MS = 2_000;

/** Some lines from a position on: fewer than asked for where they are long, none where there are none yet. */
export type LoadLines = (from: number, limit: number) => Promise<readonly LogLine[]>;

interface Options {
  readonly load: LoadLines;
  /** Called when lines have come. */
  readonly onChange: () => void;
  /** When it fires, nothing more is asked for. */
  readonly signal: AbortSignal;
}

interface Wanted {
  readonly first: number;
  readonly end: number;
  readonly total: number;
}

interface Missing {
  readonly page: number;
  readonly from: number;
  readonly limit: number;
}

/**
 * The lines of a log by position, fetched in pages as they are looked at: one request at a time, and always for what
 * is looked at now, so that what was only scrolled over holds nothing up. The pages that came last are kept.
 */
export class LogPages {
  readonly #options: Options;
  readonly #pages = new Map<number, readonly LogLine[]>();
  #wanted: Wanted = { first: 0, end: 0, total: 0 };
  #isLoading = false;

  constructor(options: Options) {
    this.#options = options;
  }

  lineAt(position: number): LogLine | undefined {
    return this.#pages.get(Math.floor(position / PAGE_LINES))?.[position % PAGE_LINES];
  }

  /** Fetches what of `first` to `end` is not there, out of `total` lines; what was wanted before no longer is. */
  want(first: number, end: number, total: number): void {
    this.#wanted = { first, end: Math.min(end, total), total };
    if (!this.#isLoading) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    const { signal, load, onChange } = this.#options;
    this.#isLoading = true;
    for (let next = this.#missing(); next !== undefined && !signal.aborted; next = this.#missing()) {
      const lines = await this.#attempt(() => load(next.from, next.limit));
      if (lines === undefined) continue;
      // Lines that were counted and are not written yet: the log says when it has grown.
      if (lines.length === 0) break;
      this.#keep(next.page, lines);
      onChange();
    }
    this.#isLoading = false;
  }

  /** Undefined after a failure, some time later: the job's own state tells that the backend does not answer. */
  async #attempt(ask: () => Promise<readonly LogLine[]>): Promise<readonly LogLine[] | undefined> {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return undefined;
    }
  }

  /** The first stretch that is wanted and not there. */
  #missing(): Missing | undefined {
    const { first, end, total } = this.#wanted;
    for (let page = Math.floor(first / PAGE_LINES); page * PAGE_LINES < end; page++) {
      const start = page * PAGE_LINES;
      const had = this.#pages.get(page)?.length ?? 0;
      const limit = Math.min(PAGE_LINES, total - start) - had;
      if (limit > 0) return { page, from: start + had, limit };
    }
    return undefined;
  }

  #keep(page: number, lines: readonly LogLine[]): void {
    const whole = [...(this.#pages.get(page) ?? []), ...lines];
    this.#pages.delete(page);
    this.#pages.set(page, whole);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > PAGES_KEPT && oldest !== undefined) this.#pages.delete(oldest);
  }
}
