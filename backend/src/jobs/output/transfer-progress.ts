import type { JobProgress } from '../../contract.ts';
import type { CliTransfer } from './cli-line.ts';

interface Sample {
  readonly time: number;
  readonly moved: number;
}

/** Over how long a rate is taken. */
const RATE_MS = 5_000;

/** Adds up what a transfer tells of its blobs. */
export class TransferProgress {
  #phase: JobProgress['phase'];
  #total: number | undefined;
  #blobs: number | undefined;
  #blobsDone = 0;
  #ended = 0;
  #streamed = 0;
  #moved = 0;
  readonly #active = new Map<string, number>();
  #samples: Sample[] = [];

  /** Whether the event changed anything. `time`: milliseconds. */
  add(event: CliTransfer, time: number): boolean {
    switch (event.type) {
      case 'phase':
        this.#start(event);
        break;
      case 'blob':
        this.#advance(event.digest, event.bytes);
        break;
      case 'blob-done':
        if (event.how === 'moved') this.#advance(event.digest, event.size);
        this.#active.delete(event.digest);
        this.#ended += event.size;
        this.#blobsDone += 1;
        break;
      case 'bytes':
        this.#streamed += event.bytes;
        this.#moved += event.bytes;
        if (event.total !== undefined) this.#total = event.total;
        break;
      case 'note':
      case 'retry':
        return false;
    }
    this.#sample(time);
    return true;
  }

  get state(): JobProgress {
    const done =
      this.#ended + this.#streamed + [...this.#active.values()].reduce((sum, each) => sum + each, 0);
    const rate = this.#rate();
    const left = this.#total === undefined || rate === 0 ? undefined : Math.max(0, this.#total - done) / rate;
    return {
      ...(this.#phase !== undefined && { phase: this.#phase }),
      done,
      ...(this.#total !== undefined && { total: Math.max(this.#total, done) }),
      blobsDone: this.#blobsDone,
      ...(this.#blobs !== undefined && { blobs: this.#blobs }),
      rate,
      ...(left !== undefined && { secondsLeft: Math.round(left) }),
    };
  }

  #start({ phase, bytes, blobs }: Extract<CliTransfer, { type: 'phase' }>): void {
    this.#phase = phase;
    this.#total = bytes;
    this.#blobs = blobs;
    [this.#ended, this.#streamed, this.#blobsDone] = [0, 0, 0];
    this.#active.clear();
    this.#samples = [];
  }

  #advance(digest: string, bytes: number): void {
    this.#moved += Math.max(0, bytes - (this.#active.get(digest) ?? 0));
    this.#active.set(digest, bytes);
  }

  #sample(time: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && time - last.time < 100) this.#samples.pop();
    this.#samples.push({ time, moved: this.#moved });
    this.#samples = this.#samples.filter((sample) => time - sample.time <= RATE_MS);
  }

  #rate(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.time - first.time < 500) return 0;
    return Math.round(((last.moved - first.moved) * 1000) / (last.time - first.time));
  }
}
