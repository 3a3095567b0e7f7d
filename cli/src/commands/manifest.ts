import {
  RegistryTarget,
  XbundleError,
  archTag,
  cellOf,
  exportBundle,
  familiarReference,
  formatReference,
  findArchTags,
  importBundle,
  isComplete,
  parseReference,
  plannedContent,
  planExport,
  usePlan,
  type BundleIndex,
  type ExportOptions,
  type ExportRequest,
  type Reference,
} from '@xbundle/core';
import type { Clients } from '../clients.ts';
import type { Io } from '../io.ts';
import { platformList, type ClientFlags, type CommonFlags } from '../options.ts';
import { reportMade, type MadeIndex } from '../output/made-index.ts';
import { parseCount, parseSource } from '../source-choice.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

export interface ManifestFlags extends CommonFlags, ClientFlags {
  readonly platform?: readonly string[];
  readonly from: string;
  readonly push?: boolean;
  readonly into?: string;
  readonly archTagPattern: string;
  readonly attestations: 'keep' | 'drop';
  readonly onExistingTag: 'error' | 'overwrite';
  readonly overwrite?: boolean;
  readonly jobs: string;
}

export interface ManifestArguments {
  readonly name: string;
  readonly sources: readonly string[];
}

/**
 * Makes an index and pushes it, writes it to a bundle, or both; with neither it is printed. Exit code 3, and nothing
 * done, when a cell is missing.
 */
export async function runManifestCreate(
  { name, sources }: ManifestArguments,
  flags: ManifestFlags,
  context: CommandContext,
): Promise<number> {
  const { io } = context;
  const wanted = parseReference(name);
  refuseDigest(wanted);
  return withClients(context, flags, async (clients) => {
    const made = await withProgress(io, flags, async ({ onProgress }) => {
      const options = toOptions(flags, io);
      const request = await toRequest({ wanted, sources, clients }, flags, options);
      return make({ wanted, request, clients }, flags, { ...options, onProgress });
    });
    await reportMade({ name: familiarReference(wanted), ...made }, flags, io);
    return isComplete(made.cells) ? 0 : 3;
  });
}

function refuseDigest(name: Reference): void {
  if (name.digest === undefined) return;
  throw new XbundleError(
    'USAGE',
    `making ${familiarReference(name)}: a digest cannot be chosen. Name it by a tag`,
  );
}

function toOptions(flags: ManifestFlags, io: Io): ExportOptions {
  return {
    signal: io.signal,
    jobs: parseCount('--jobs', flags.jobs),
    attestations: flags.attestations,
    archTagPattern: flags.archTagPattern,
    overwrite: flags.overwrite,
  };
}

interface Wish {
  readonly wanted: Reference;
  readonly sources: readonly string[];
  readonly clients: Clients;
}

async function toRequest(
  { wanted, sources, clients }: Wish,
  flags: ManifestFlags,
  options: ExportOptions,
): Promise<ExportRequest> {
  const from = parseSource(flags.from);
  if (from.kind === 'auto') {
    throw new XbundleError(
      'USAGE',
      '--from auto: the parts of an index come from one place. Want registry, docker, oci:PATH or docker-archive:PATH',
    );
  }
  const given = platformList(flags.platform);
  if (sources.length > 0) {
    const parts = sources.map(parseReference);
    return { images: [{ name: wanted, parts, ...(given && { platforms: given }) }], from, clients };
  }
  const { archTagPattern } = flags;
  const found = given ?? (await findArchTags(wanted, { from, clients, archTagPattern }, options));
  const tags = found.map((platform) => archTag(wanted, platform, archTagPattern));
  const parts = [...new Map(tags.map((tag) => [formatReference(tag), tag])).values()];
  // A pattern that leaves the variant out says no platform: then the configs alone do.
  const platforms = given ?? (parts.length === found.length ? found : undefined);
  return { images: [{ name: wanted, parts, ...(platforms && { platforms }) }], from, clients };
}

interface Task {
  readonly wanted: Reference;
  readonly request: ExportRequest;
  readonly clients: Clients;
}

/** The bundle is written first: a push that fails can then be made again from it. */
async function make(task: Task, flags: ManifestFlags, options: ExportOptions): Promise<MadeIndex> {
  const { into, push: isPushed = false } = flags;
  if (into === undefined) return isPushed ? push(task, flags, options) : plan(task, options);
  const { index } = (await exportBundle(task.request, into, options)).plan;
  if (!isPushed || !index.complete) return { ...madeOf(index), ...(index.complete && { into }) };
  return { ...(await push(task, flags, options)), into };
}

function madeOf({ cells, complete, images }: BundleIndex): MadeIndex {
  const root = complete ? images[0]?.root : undefined;
  return { cells: cells.map(cellOf), ...(root !== undefined && { digest: root.digest }) };
}

/** The same checks, and the index as it would be pushed. */
async function plan({ request }: Task, options: ExportOptions): Promise<MadeIndex> {
  const { index, documents } = await planExport(request, options);
  const made = madeOf(index);
  const document = made.digest && documents.get(made.digest);
  return { ...made, isDraft: true, ...(document !== undefined && { document }) };
}

async function push(
  { wanted, request, clients }: Task,
  { onExistingTag }: ManifestFlags,
  options: ExportOptions,
): Promise<MadeIndex> {
  const name = familiarReference(wanted);
  return usePlan(request, options, async (plan) => {
    const made = madeOf(plan.index);
    if (!plan.index.complete) return made;
    const target = new RegistryTarget(clients.registry(), wanted.registry);
    const receipt = await importBundle(plannedContent(plan, name), target, {
      ...options,
      onExistingTag,
      archTags: 'never',
    });
    return { ...made, cells: receipt.cells, pushed: receipt.names[0]?.name ?? name };
  });
}
