import { setTimeout as sleep } from 'node:timers/promises';
import { interrupted, throwIfAborted, type XbundleError } from '../../errors.ts';
import type { OnProgress } from '../../model/index.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** The longest wait before the second try; it doubles from try to try. */
  readonly baseDelayMs: number;
  /** No wait is longer than this, unless the registry asks for more. */
  readonly maxDelayMs: number;
  /** All waits together. */
  readonly totalMs: number;
}

export interface RetryContext {
  readonly policy: RetryPolicy;
  /** What is tried, for the `retry` event. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A failure that may not happen again. It never leaves this folder: `failure` does, when tries run out. */
export class TransientFailure extends Error {
  readonly failure: XbundleError;
  /** What the peer asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: XbundleError, retryAfterMs?: number) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Counts the tries of one piece of work and waits between them. */
export class Retries {
  readonly #context: RetryContext;
  #attempt = 1;
  #waited = 0;

  constructor(context: RetryContext) {
    this.#context = context;
  }

  /**
   * Waits for the next try, or throws `error.failure` when tries or time are used up. A try that `progressed`
   * is not held against the work: a long transfer over a bad line is bounded by its size and the total wait.
   */
  async next(error: TransientFailure, progressed: boolean = false): Promise<void> {
    const { policy, signal, what, onProgress } = this.#context;
    throwIfAborted(signal);
    if (progressed) this.#attempt = 1;
    const waitMs = Math.round(this.#wait(error.retryAfterMs));
    if (this.#attempt >= policy.attempts || this.#waited + waitMs > policy.totalMs) throw error.failure;
    this.#attempt++;
    this.#waited += waitMs;
    onProgress?.({ type: 'retry', what, reason: error.message, attempt: this.#attempt, waitMs });
    await wait(waitMs, signal);
  }

  /** Full jitter, so that clients that failed together do not come back together. */
  #wait(retryAfterMs: number | undefined): number {
    const { baseDelayMs, maxDelayMs } = this.#context.policy;
    const backoff = Math.min(maxDelayMs, baseDelayMs * 2 ** (this.#attempt - 1));
    if (retryAfterMs === undefined) return Math.random() * backoff;
    return retryAfterMs + Math.random() * baseDelayMs;
  }
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (signal?.aborted) throw interrupted(signal);
    throw error;
  }
}

/** Runs `attempt` until it ends with anything but a `TransientFailure`, within the policy. */
export async function withRetries<T>(attempt: () => Promise<T>, context: RetryContext): Promise<T> {
  const retries = new Retries(context);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      await retries.next(error);
    }
  }
}
