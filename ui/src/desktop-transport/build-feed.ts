import type { BackendClient } from '@xbundle/backend/contract';

const BATCH_MS = 300;
const BATCH_LINES = 1_000;
const LINE_CHARACTERS = 100_000;
/** How soon a build hears that its job was cancelled, at the latest. */
const CALL_MS = 2_000;

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
  /** A batch that is lost is lost to the log only: the build goes on. */
  const send = async (fed: Omit<Parameters<BackendClient['feedJob']>[0], 'id'>): Promise<void> => {
    if (gone.signal.aborted) return;
    try {
      await client.feedJob({ id: jobId, ...fed });
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'NOT_FOUND') gone.abort();
    }
  };
  const caller = setInterval(() => void send({}), CALL_MS);
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

type Send = (fed: { readonly lines?: string[]; readonly exitCode?: number }) => Promise<void>;

/** Lines are told together, in their order, and never two batches at once. */
function createComponentFeed(send: Send): ComponentFeed {
  let lines: string[] = [];
  let sending: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const push = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const batch = lines;
    lines = [];
    if (batch.length > 0) sending = sending.then(() => send({ lines: batch }));
  };
  return {
    add(line) {
      lines.push(line.slice(0, LINE_CHARACTERS));
      if (lines.length >= BATCH_LINES) push();
      else timer ??= setTimeout(push, BATCH_MS);
    },
    async end(exitCode) {
      push();
      await sending;
      await send({ exitCode });
    },
  };
}
