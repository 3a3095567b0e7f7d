import { lintBases, mergeReports } from '@xbundle/core';
import { withClients, type CommandContext } from '../commands/with-clients.ts';
import type { ClientFlags } from '../options.ts';
import { createBaseLookup } from './base-lookup.ts';
import { lintJob, type Linted, type LintJob } from './lint-jobs.ts';

/** Lints with what registries say of base images. In a file of its own: it is loaded with `--online`. */
export function lintOnline(
  jobs: readonly LintJob[],
  flags: ClientFlags,
  context: CommandContext,
): Promise<readonly Linted[]> {
  return withClients(context, flags, async (clients) => {
    const lookup = createBaseLookup(clients.registry());
    const linted: Linted[] = [];
    for (const job of jobs) {
      const reports = [lintJob(job)];
      for (const variant of job.variants)
        reports.push(await lintBases(job.text, { ...variant, lookup, signal: context.io.signal }));
      linted.push({ job, report: mergeReports(reports) ?? lintJob(job) });
    }
    return linted;
  });
}
