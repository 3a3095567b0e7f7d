import { FEED_CHARACTERS, FEED_LINES, type BackendClient } from '@xbundle/backend/contract';
import { toBackendError } from '../client/backend-error.ts';

const BATCH_MS = 300;
/** How soon a build hears that its job was cancelled, at the latest. */
const CALL_MS = 2_000;
/** A backend that is started anew is back sooner. */
const TRIES = 30;
const RETRY_MS = 1_000;

type Fed = Omit<Parameters<BackendClient['feedJob']>[0], 'id'>;

export interface ComponentFeed {
  readonly add: (line: string) => void;
  /** Tells what is left, and how the component's command ended. */
  readonly end: (exitCode: number) => Promise<void>;
}

/** Tells the backend what the builds of a job say. */
export interface BuildFeed {
  /** Aborted when the job is no longer one that runs in the tab: it was cancelled. */
  readonly signal: AbortSignal;
  /** Forgets what was told before. */
  readonly again: () => Promise<void>;
  component(name: string): ComponentFeed;
  /** The whole job has ended. */
  readonly end: () => Promise<void>;
}

export function createBuildFeed(client: BackendClient, jobId: string): BuildFeed {
  const gone = new AbortController();
  /** The build goes on while the backend is away, and it is told all of it once it is back. */
  const send = async (fed: Fed): Promise<void> => {
    for (let tries = 0; tries < TRIES && !gone.signal.aborted; tries++) {
      const code = await failureOf(client.feedJob({ id: jobId, ...fed }));
      if (code === 'NOT_FOUND') gone.abort();
      if (code !== 'UNREACHABLE') return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  const caller = setInterval(() => void call(), CALL_MS);
  const call = async (): Promise<void> => {
    if ((await failureOf(client.feedJob({ id: jobId }))) === 'NOT_FOUND') gone.abort();
  };
  gone.signal.addEventListener('abort', () => {
    clearInterval(caller);
  });
  return {
    signal: gone.signal,
    again: () => send({ again: true }),
    component: (name) => createComponentFeed((fed) => send({ component: name, ...fed })),
    end: async () => {
      clearInterval(caller);
      await send({ ended: true });
    },
  };
}

type Send = (fed: Pick<Fed, 'lines' | 'exitCode'>) => Promise<void>;

/** The code of the error that it rejects with; undefined when it does not. */
async function failureOf(asked: Promise<unknown>): Promise<string | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    return toBackendError(error).code;
  }
}

/** Lines are told together, in their order, and never two batches at once. */
function createComponentFeed(send: Send): ComponentFeed {
  let lines: string[] = [];
  let characters = 0;
  let sending: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const push = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const batch = lines;
    [lines, characters] = [[], 0];
    if (batch.length > 0) sending = sending.then(() => send({ lines: batch }));
  };
  return {
    add(line) {
      if (characters + line.length > FEED_CHARACTERS) push();
      lines.push(line.slice(0, FEED_CHARACTERS));
      characters += line.length;
      if (lines.length >= FEED_LINES) push();
      else timer ??= setTimeout(push, BATCH_MS);
    },
    async end(exitCode) {
      push();
      await sending;
      await send({ exitCode });
    },
  };
}
