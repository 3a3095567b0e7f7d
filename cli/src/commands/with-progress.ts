import type { Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { createProgress, type ProgressView } from '../output/progress.ts';

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
