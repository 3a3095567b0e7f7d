import { z } from 'zod';
import type { ParsedRequestOf, ResponseOf } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import { importArgs } from '../jobs/command/job-command.ts';
import type { Places } from '../jobs/command/places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';

const importPlanSchema = z.looseObject({
  target: z.looseObject({
    kind: z.string(),
    label: z.string(),
    holdsIndexes: z.boolean().optional(),
    platform: z.unknown().optional(),
  }),
  steps: z.array(
    z.looseObject({
      image: z.string(),
      name: z.string(),
      action: z.enum(['create', 'overwrite', 'repair', 'present', 'skip']),
      root: z.string(),
      existing: z.string().optional(),
    }),
  ),
  absent: z.array(z.looseObject({ image: z.string(), platform: z.string(), reason: z.string() })),
});

/** What an import would do: the bundle is verified, and the target is asked. */
export async function importPlan(
  request: ParsedRequestOf<'importPlan'>,
  { tasks }: Services,
  call: Call,
): Promise<ResponseOf<'importPlan'>> {
  const args = (places: Places): readonly string[] => [
    'import',
    '--dry-run',
    '--json',
    '--quiet',
    ...importArgs(request, places),
  ];
  const question = {
    what: 'verifying the bundle and asking the target',
    needsEngine: request.to.kind === 'docker',
    args,
  };
  const { target, steps, absent } = await askCli(tasks, question, { schema: importPlanSchema, call });
  const { kind, label, holdsIndexes } = target;
  return {
    target: { kind, label, ...(holdsIndexes !== undefined && { holdsIndexes }) },
    steps: steps.map(({ image, name, action, root, existing }) => ({
      image,
      name,
      action,
      root,
      ...(existing !== undefined && { existing }),
    })),
    absent: absent.map(({ image, platform, reason }) => ({ image, platform, reason })),
  };
}
