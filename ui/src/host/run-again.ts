import type { Job } from '@xbundle/backend/contract';
import type { Host } from './host.ts';

/** The same job once more, run by whatever ran it before. */
export function runAgain({ client, startTabBuild }: Host, { id, runner, request }: Job): Promise<Job> {
  if (runner === 'tab' && request.kind === 'build' && startTabBuild !== undefined)
    return startTabBuild(request, id);
  return client.startJob({ job: request, retryOf: id });
}
