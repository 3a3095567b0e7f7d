import {
  encodeRequest,
  errorSchema,
  pendingSchema,
  routes,
  type BackendClient,
  type HostCommand,
  type Job,
  type Route,
  type RouteName,
} from '@xbundle/backend/contract';
import { BackendError } from './backend-error.ts';
import type { Answer, Transport } from './transport.ts';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What runs a docker command of the host, and tells the backend how it ended; each id is run once. */
export type RunHostCommand = (command: HostCommand, client: BackendClient) => Promise<void>;

/**
 * The backend's operations over a transport. An answer that takes long is asked for again until it is there.
 * Answers are checked by the contract: what does not fit it rejects with REMOTE_INVALID.
 */
export function createBackendClient(transport: Transport, runHostCommand?: RunHostCommand): BackendClient {
  const names = Object.keys(routes) as RouteName[];
  const call =
    (name: RouteName) =>
    async (request: unknown, options: CallOptions = {}) => {
      const answer = readAnswer(routes[name], await ask(routes[name], request, options));
      if (name === 'startJob' || name === 'job') startWaiting(answer as Job);
      return answer;
    };
  const client = Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as BackendClient;
  return client;

  /** A job that waits for the host: how its start ended is told to the backend, which tells it to who asks. */
  function startWaiting({ state, run }: Job): void {
    if (state !== 'waiting' || run === undefined) return;
    runHostCommand?.(run, client).catch(() => undefined);
  }

  async function ask(route: Route, request: unknown, { signal }: CallOptions): Promise<Answer> {
    const encoded = encodeRequest(route, request);
    for (;;) {
      const answer = await transport.send(encoded, { signal });
      if (answer.status !== 202) return answer;
      const { pending } = pendingSchema.parse(answer.body);
      if (pending.run !== undefined) await runHostCommand?.(pending.run, client);
      signal?.throwIfAborted();
    }
  }
}

function readAnswer(route: Route, { status, body }: Answer): unknown {
  if (status < 200 || status > 299) throw failureOf(route, status, body);
  const parsed = route.response.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`;
  throw new BackendError(
    'REMOTE_INVALID',
    `the answer to ${route.method} ${route.path} is not understood${where}`,
  );
}

function failureOf(route: Route, status: number, body: unknown): BackendError {
  const told = errorSchema.safeParse(body);
  if (told.success) return new BackendError(told.data.error.code, told.data.error.message);
  return new BackendError('REMOTE_INVALID', `${route.method} ${route.path} answered with status ${status}`);
}
