import type { Digest, ProgressEvent, ProgressPhase } from '@xbundle/core';

export interface BlobProgress {
  readonly digest: Digest;
  readonly bytes: number;
  readonly size: number;
}

/** What the events so far add up to. */
export interface ProgressState {
  readonly phase: ProgressPhase | undefined;
  /** Bytes of this phase; undefined when unknown. */
  readonly total: number | undefined;
  /** Bytes of this phase that are done, those of blobs under way included. */
  readonly done: number;
  readonly blobs: { readonly done: number; readonly total: number | undefined };
  /** In the order they started. */
  readonly active: readonly BlobProgress[];
}

/** Adds events up. Bytes that were there already count as done, but not for the rate. */
export class ProgressReducer {
  #phase: ProgressPhase | undefined;
  #total: number | undefined;
  #blobTotal: number | undefined;
  #finishedBytes = 0;
  #finishedBlobs = 0;
  readonly #active = new Map<Digest, BlobProgress>();
  /** Bytes that were not moved in this run. */
  #spared = 0;

  add(event: ProgressEvent): void {
    switch (event.type) {
      case 'phase':
        this.#start(event.phase, event.bytes, event.blobs);
        break;
      case 'blob':
        this.#active.set(event.digest, event);
        break;
      case 'blob-done':
        this.#active.delete(event.digest);
        this.#finishedBytes += event.size;
        this.#finishedBlobs += 1;
        if (event.how !== 'moved') this.#spared += event.size;
        break;
      case 'bytes':
        this.#finishedBytes += event.bytes;
        break;
      case 'retry':
      case 'note':
        break;
    }
  }

  get state(): ProgressState {
    const active = [...this.#active.values()];
    return {
      phase: this.#phase,
      total: this.#total,
      done: this.#finishedBytes + active.reduce((sum, blob) => sum + blob.bytes, 0),
      blobs: { done: this.#finishedBlobs, total: this.#blobTotal },
      active,
    };
  }

  /** Bytes that really moved in this phase: what a rate is made of. */
  get moved(): number {
    return this.state.done - this.#spared;
  }

  #start(phase: ProgressPhase, total: number | undefined, blobs: number | undefined): void {
    this.#phase = phase;
    this.#total = total;
    this.#blobTotal = blobs;
    this.#finishedBytes = 0;
    this.#finishedBlobs = 0;
    this.#spared = 0;
    this.#active.clear();
  }
}

/** Bytes per second over the last few seconds, by a monotonic clock. */
export class RateMeter {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];

  /** `at` in milliseconds. */
  add(at: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  get bytesPerSecond(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < 200) return 0;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}

const WINDOW_MS = 5_000;
