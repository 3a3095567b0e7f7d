import { createClients, type Clients } from '../clients.ts';
import { type Io } from '../io.ts';
import { type ClientFlags, type CommonFlags } from '../options.ts';
import { createProgress, type ProgressView } from '../output/progress.ts';

/** What a command that reaches registries and engines is given. */
export interface CommandContext {
  readonly io: Io;
  readonly version: string;
}

/** Shows progress while `work` runs, and cleans the terminal whatever comes of it. */
export async function withProgress<T>(
  io: Io,
  flags: CommonFlags,
  work: (progress: ProgressView) => Promise<T>,
): Promise<T> {
  const { progress: mode, quiet = false, verbose = false } = flags;
  const view = createProgress(io, { mode, quiet, verbose });
  try {
    return await work(view);
  } finally {
    view.stop();
  }
}

/** Gives clients to `work` and closes those it used. */
export async function withClients<T>(
  { io, version }: CommandContext,
  flags: ClientFlags,
  work: (clients: Clients) => Promise<T>,
): Promise<T> {
  const clients = createClients(flags, io, version);
  try {
    return await work(clients);
  } finally {
    await clients.close();
  }
}
