import { XbundleError } from '@xbundle/core';
import { z } from 'zod';
import { howSchema, type ParsedRequestOf, type TabCommand } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import { hostText } from '../jobs/command/host-paths.ts';
import { buildWishes } from '../jobs/command/job-command.ts';
import type { Mount } from '../jobs/runners/job-runner.ts';
import type { Places } from '../jobs/command/places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';

const byHandSchema = z.looseObject({
  cells: z.array(z.looseObject({ id: z.string(), how: howSchema })),
  byHand: z.array(
    z.object({
      component: z.string(),
      cells: z.array(z.string()),
      needs: z.array(z.string()),
      args: z.array(z.string()).optional(),
      obstacle: z.string().optional(),
    }),
  ),
});

type Build = ParsedRequestOf<'tabCommands'>['build'];

/**
 * The commands that build a project through the host's own docker command. It is planned with the backend's builder,
 * which tells platforms; the builder that is named, or the current one, is the host's. Throws UNSUPPORTED.
 */
export async function tabCommands(
  { build }: { readonly build: Build },
  { tasks }: Services,
  call: Call,
): Promise<{ readonly commands: TabCommand[] }> {
  if (build.export !== undefined) {
    throw new XbundleError(
      'USAGE',
      "building with the host's docker command writes no bundle: load or push the images, then export them",
    );
  }
  const { builder, ...rest } = build;
  let mounts: readonly Mount[] = [];
  const question = {
    what: 'planning the build',
    needsEngine: true,
    cwd: build.directory,
    args: (places: Places) => {
      const args = ['build', '--dry-run', '--json', ...buildWishes(rest, places)];
      ({ mounts } = places);
      return args;
    },
  };
  const { byHand, ...plan } = await askCli(tasks, question, { schema: byHandSchema, call });
  const hows = new Map(plan.cells.map(({ id, how }) => [id, how]));
  return {
    commands: byHand.map(({ component, cells, needs, args, obstacle }) => {
      if (args === undefined) {
        throw new XbundleError(
          'UNSUPPORTED',
          `building with the host's docker command: ${component}: ${obstacle ?? 'no command does'}. Leave it out, or build it as a job`,
        );
      }
      const built = cells.map((id) => ({ id, how: hows.get(id) ?? ('unknown' as const) }));
      return { component, cells: built, needs, args: ownCommand(args, { builder, mounts }) };
    }),
  };
}

interface Own {
  readonly builder: string | undefined;
  readonly mounts: readonly Mount[];
}

function ownCommand(args: readonly string[], { builder, mounts }: Own): string[] {
  const [first = '', second = '', ...rest] = args.map((arg) => hostText(arg, mounts));
  return [first, second, ...(builder === undefined ? [] : [`--builder=${builder}`]), ...rest];
}
