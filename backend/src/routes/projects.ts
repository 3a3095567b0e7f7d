import { z } from 'zod';
import {
  howSchema,
  toldSchema,
  type ParsedRequestOf,
  type PlannedCell,
  type ResponseOf,
} from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import type { Call } from '../http/slow-answers.ts';
import { nameOf } from '../jobs/command/host-paths.ts';
import { buildArgs } from '../jobs/command/job-command.ts';
import { listFolder } from '../projects/list-folder.ts';
import { recentPlaces } from '../projects/recent-places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';
import { tabCommands } from './tab-commands.ts';
import { XbundleError } from '@xbundle/core';

type ProjectHandlers = Pick<
  Handlers,
  'project' | 'plan' | 'tabCommands' | 'recentProjects' | 'forgetProject' | 'folder'
>;

export function projectHandlers(services: Services): ProjectHandlers {
  const { root, store } = services;
  return {
    project: ({ directory }, call) => projectOf(directory, services, call),
    plan: (request, call) => plan(request, services, call),
    tabCommands: (request, call) => tabCommands(request, services, call),
    recentProjects: async () => ({ projects: await recentProjects(services) }),
    forgetProject: async ({ directory }) => {
      const forgotten = await forgottenProjects(services);
      await store.setSetting(FORGOTTEN, { ...forgotten, [directory]: Date.now() });
      return {};
    },
    folder: (request) => {
      if (root !== undefined) return listFolder(root, request);
      throw new XbundleError(
        'UNSUPPORTED',
        'listing folders: Docker Desktop has a dialog of its own for that',
      );
    },
  };
}

const detectedSchema = z.object({
  directory: z.string(),
  name: z.string(),
  definitions: z.array(
    z.object({
      kind: z.enum(['xbundle', 'bake', 'compose', 'dockerfile']),
      path: z.string(),
      name: z.string(),
      default: z.boolean(),
    }),
  ),
});

/** What a folder of the user holds. */
async function projectOf(directory: string, { tasks }: Services, call: Call): Promise<ResponseOf<'project'>> {
  const question = {
    what: 'looking into the folder',
    needsEngine: false,
    args: (places: { folder: (path: string) => string }) => ['ui', 'detect', '--', places.folder(directory)],
  };
  const { definitions } = await askCli(tasks, question, { schema: detectedSchema, call });
  // In a container the folder may have another path.
  const separator = directory.includes('\\') ? '\\' : '/';
  const base = directory.replace(/[\\/]+$/, '');
  return {
    directory,
    name: nameOf(directory),
    definitions: definitions.map((each) => ({ ...each, path: `${base}${separator}${each.name}` })),
  };
}

/**
 * The definition files that are taken when none is named. A Dockerfile alone is no definition: what it needs is
 * looked at when it is built.
 */
export async function definitionsOf(
  directory: string,
  services: Services,
  call: Call,
): Promise<readonly string[]> {
  const { definitions } = await projectOf(directory, services, call);
  return definitions.filter((each) => each.default && each.kind !== 'dockerfile').map(({ path }) => path);
}

const planSchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  builder: z.string(),
  driver: z.string(),
  told: z.array(toldSchema).default([]),
  services: z.array(z.looseObject({ cell: z.string() })).default([]),
  cells: z.array(
    z.looseObject({
      id: z.string(),
      component: z.string(),
      platform: z.string(),
      wanted: z.boolean(),
      how: howSchema,
      node: z.string().optional(),
      reason: z.string(),
      needs: z.array(z.string()),
      images: z.array(z.string()).default([]),
      command: z.array(z.string()).optional(),
    }),
  ),
});
type CliPlan = z.infer<typeof planSchema>;

async function plan(
  request: ParsedRequestOf<'plan'>,
  { tasks }: Services,
  call: Call,
): Promise<ResponseOf<'plan'>> {
  const question = {
    what: 'planning the build',
    needsEngine: true,
    cwd: request.directory,
    args: (places: Parameters<typeof buildArgs>[1]) => [
      'build',
      '--dry-run',
      '--json',
      ...buildArgs(request, places),
    ],
  };
  return planReport(await askCli(tasks, question, { schema: planSchema, call }));
}

function planReport({ name, version, builder, driver, told, services, cells }: CliPlan): ResponseOf<'plan'> {
  const serving = new Set(services.map(({ cell }) => cell));
  const components = new Map(
    cells.map(({ component, images }) => {
      const serves = cells.some((cell) => cell.component === component && serving.has(cell.id));
      return [component, { name: component, images, serves }];
    }),
  );
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    builder,
    driver,
    components: [...components.values()],
    platforms: [...new Set(cells.filter((cell) => cell.wanted).map(({ platform }) => platform))],
    cells: cells.map(cellReport),
    notes: told,
  };
}

function cellReport(cell: CliPlan['cells'][number]): PlannedCell {
  const { id, component, platform, wanted, how, node, reason, needs, command } = cell;
  return {
    id,
    component,
    platform,
    wanted,
    how,
    ...(node !== undefined && { node }),
    reason,
    needs,
    // What it starts with is `docker` itself.
    ...(command !== undefined && { command: command.slice(1) }),
  };
}

const FORGOTTEN = 'forgotten-projects';
const MAX_RECENT = 20;

async function forgottenProjects({ store }: Services): Promise<Readonly<Record<string, number>>> {
  return z
    .record(z.string(), z.number())
    .catch({})
    .parse(await store.setting(FORGOTTEN));
}

async function recentProjects(services: Services): Promise<ResponseOf<'recentProjects'>['projects']> {
  const forgotten = await forgottenProjects(services);
  const places = await recentPlaces(services.store, ({ request }) =>
    request.kind === 'build' ? request.directory : undefined,
  );
  return places
    .filter(({ path, lastUsed }) => lastUsed > (forgotten[path] ?? 0))
    .slice(0, MAX_RECENT)
    .map(({ path, lastUsed }) => ({ directory: path, name: nameOf(path), lastUsed }));
}
