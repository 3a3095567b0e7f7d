import { XbundleError } from '@xbundle/core';
import { z } from 'zod';
import { hasEnded, type ParsedRequestOf, type ResponseOf } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';
import { buildArgs } from './command/job-command.ts';
import type { Places } from './command/places.ts';

const stoppingSchema = z.looseObject({ stopping: z.array(z.string()) });

/** Has the command line ask the build of a job to do without one cell: it finds that build by its definition. */
export async function cancelCell(
  { id, cell }: ParsedRequestOf<'cancelCell'>,
  { jobs, tasks }: Pick<Services, 'jobs' | 'tasks'>,
  call: Call,
): Promise<ResponseOf<'cancelCell'>> {
  const { request, runner, state } = await jobs.get(id);
  if (request.kind !== 'build' || runner === 'tab')
    throw new XbundleError(
      'UNSUPPORTED',
      `stopping ${cell}: cells of this job cannot be stopped by themselves`,
    );
  if (hasEnded(state)) throw new XbundleError('NOT_FOUND', `stopping ${cell}: the build has ended`);
  const question = {
    what: `stopping ${cell}`,
    needsEngine: false,
    cwd: request.directory,
    args: (places: Places) => ['build', '--json', `--stop=${cell}`, ...buildArgs(request, places)],
  };
  await askCli(tasks, question, { schema: stoppingSchema, call });
  return {};
}
