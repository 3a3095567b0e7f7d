import type { LogLine } from '@xbundle/backend/contract';

export const PAGE_LINES = 250;
/** Pages in memory: ten thousand lines, whatever the length of the log. */
const PAGES_KEPT = 40;

export type LoadPage = (from: number, limit: number) => Promise<readonly LogLine[]>;

interface Page {
  lines: readonly LogLine[];
  isLoading: boolean;
}

/**
 * The lines of a log by position, fetched in pages as they are looked at. The pages looked at last are kept; one
 * that was not full is fetched again when the log has grown.
 */
export class LogPages {
  readonly #load: LoadPage;
  readonly #onChange: () => void;
  readonly #pages = new Map<number, Page>();

  constructor(load: LoadPage, onChange: () => void) {
    this.#load = load;
    this.#onChange = onChange;
  }

  lineAt(position: number): LogLine | undefined {
    return this.#pages.get(Math.floor(position / PAGE_LINES))?.lines[position % PAGE_LINES];
  }

  /** Fetches what of `first` to `end` is not there, out of `total` lines. */
  want(first: number, end: number, total: number): void {
    for (let at = Math.floor(first / PAGE_LINES); at * PAGE_LINES < end; at++) {
      const page = this.#touch(at);
      const wanted = Math.min(PAGE_LINES, total - at * PAGE_LINES);
      if (!page.isLoading && page.lines.length < wanted) void this.#fetch(at, page);
    }
  }

  #touch(at: number): Page {
    const page = this.#pages.get(at) ?? { lines: [], isLoading: false };
    this.#pages.delete(at);
    this.#pages.set(at, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > PAGES_KEPT && oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }

  async #fetch(at: number, page: Page): Promise<void> {
    page.isLoading = true;
    try {
      page.lines = await this.#load(at * PAGE_LINES, PAGE_LINES);
    } catch {
      // The job's own state tells that the backend does not answer; the page is asked for again when it is seen.
    }
    page.isLoading = false;
    this.#onChange();
  }
}
