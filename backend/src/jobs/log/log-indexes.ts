import { indexLog, type LogIndex } from './log-file.ts';

const KEPT = 8;

/** Where the lines of the logs are that were read last. */
export class LogIndexes {
  readonly #indexes = new Map<string, LogIndex>();

  /** Reading a log that is not known takes a second for 300 MB. */
  async get(path: string, signal: AbortSignal): Promise<LogIndex> {
    const index = this.#indexes.get(path) ?? (await indexLog(path, signal));
    this.#indexes.delete(path);
    this.#indexes.set(path, index);
    for (const old of [...this.#indexes.keys()].slice(0, -KEPT)) this.#indexes.delete(old);
    return index;
  }

  forget(path: string): void {
    this.#indexes.delete(path);
  }
}
