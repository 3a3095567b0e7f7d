import { messageOf, XbundleError } from '@xbundle/core';
import { RESPONSE_MS, type HostCommand, type Pending } from '../contract.ts';

/** What a handler is given besides its request. */
export interface Call {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Says what is being done, for people. */
  readonly tell: (message: string) => void;
  /** Has the tab run a docker command, and goes on at once: its outcome comes by `hostCommandDone`. */
  readonly askTab: (command: HostCommand) => void;
}

/** Work whose asker is gone for this long is given up; an answer that nobody fetches is kept no longer. */
const FORGOTTEN_MS = 30_000;
/** Pieces of work at one time. */
const MAX_WORK = 64;

interface Work {
  readonly done: Promise<{ readonly value: unknown } | { readonly failure: unknown }>;
  readonly controller: AbortController;
  readonly since: number;
  /** Resolves when the tab is to run something that it was not told of. */
  news: PromiseWithResolvers;
  message: string | undefined;
  commands: HostCommand[];
  timer: NodeJS.Timeout | undefined;
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export type SlowAnswer = { readonly value: unknown } | Pending;

/**
 * Lets an answer take longer than a request may: the first request starts the work, later ones with the same key
 * wait for it, each for at most `RESPONSE_MS`.
 */
export class SlowAnswers {
  readonly #work = new Map<string, Work>();

  /** Rejects with what the work rejected with. */
  async answer(
    key: string,
    start: (call: Call) => Promise<unknown>,
    waitMs: number = RESPONSE_MS,
  ): Promise<SlowAnswer> {
    const work = this.#work.get(key) ?? this.#begin(key, start);
    clearTimeout(work.timer);
    const outcome = await settled(work, waitMs);
    if (outcome === undefined) {
      this.#forgetLater(key, work);
      return pending(work);
    }
    this.#work.delete(key);
    if ('failure' in outcome) throw outcome.failure;
    return outcome;
  }

  /** Gives up all work. */
  close(): void {
    for (const { controller, timer } of this.#work.values()) {
      clearTimeout(timer);
      controller.abort(new XbundleError('INTERRUPTED', 'the backend is ending'));
    }
    this.#work.clear();
  }

  #begin(key: string, start: (call: Call) => Promise<unknown>): Work {
    if (this.#work.size >= MAX_WORK) {
      throw new XbundleError(
        'LOCKED',
        `answering: ${MAX_WORK} requests are being worked on. Ask again later`,
      );
    }
    const controller = new AbortController();
    const work: Work = {
      done: Promise.resolve({ value: undefined }),
      controller,
      since: Date.now(),
      news: withResolvers(),
      message: undefined,
      commands: [],
      timer: undefined,
    };
    const call: Call = {
      signal: controller.signal,
      tell: (message) => (work.message = message),
      askTab: (command) => {
        work.commands.push(command);
        work.news.resolve();
      },
    };
    const begun: Work = Object.assign(work, {
      done: start(call).then(
        (value) => ({ value }),
        (failure: unknown) => ({ failure }),
      ),
    });
    this.#work.set(key, begun);
    return begun;
  }

  #forgetLater(key: string, work: Work): void {
    work.timer = setTimeout(() => {
      this.#work.delete(key);
      work.controller.abort(new XbundleError('INTERRUPTED', 'nobody waits for the answer any more'));
    }, FORGOTTEN_MS);
    work.timer.unref();
  }
}

async function settled(
  work: Work,
  waitMs: number,
): Promise<{ readonly value: unknown } | { readonly failure: unknown } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, waitMs);
  });
  try {
    return await Promise.race([work.done, late, work.news.promise.then(() => undefined)]);
  } finally {
    clearTimeout(timer);
  }
}

function pending(work: Work): Pending {
  const { since, message, commands } = work;
  const [run] = commands.splice(0, 1);
  if (commands.length === 0) work.news = withResolvers();
  return {
    pending: {
      sinceMs: Date.now() - since,
      ...(message !== undefined && { message }),
      ...(run !== undefined && { run }),
    },
  };
}

function withResolvers(): PromiseWithResolvers {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** A failure as data, for answers that hold one beside what could be found out. */
export function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  return { code: error instanceof XbundleError ? error.code : 'INTERNAL', message: messageOf(error) };
}
