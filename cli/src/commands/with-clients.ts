import type { Clients } from '../clients.ts';
import type { Io } from '../io.ts';
import type { ClientFlags } from '../options.ts';

/** What a command that reaches registries and engines is given. */
export interface CommandContext {
  readonly io: Io;
  readonly version: string;
}

/** Gives clients to `work` and closes those it used. */
export async function withClients<T>(
  { io, version }: CommandContext,
  flags: ClientFlags,
  work: (clients: Clients) => Promise<T>,
): Promise<T> {
  // HTTP and registries are loaded here: files are read without them.
  const { createClients } = await import('../clients.ts');
  const clients = createClients(flags, io, version);
  try {
    return await work(clients);
  } finally {
    await clients.close();
  }
}
