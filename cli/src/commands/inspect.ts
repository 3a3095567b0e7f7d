import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  XbundleError,
  cellOf,
  familiarReference,
  inspectImage,
  openBundle,
  openSources,
  parseReference,
  readDocument,
  type BundleReader,
  type Descriptor,
  type ImageRequest,
  type InspectNode,
  type OnProgress,
} from '@xbundle/core';
import { write, type Io } from '../io.ts';
import type { ClientFlags, CommonFlags } from '../options.ts';
import { writeReport } from '../output/document.ts';
import { countAbsent, formatAbsent, shortName } from '../output/matrix.ts';
import { formatRunCommands, formatTree } from '../output/tree.ts';
import { parseSource } from '../source-choice.ts';
import { pathKind } from './path-kind.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

export interface InspectFlags extends CommonFlags, ClientFlags {
  readonly from: string;
  readonly raw?: boolean;
  readonly check?: boolean;
  readonly platform?: readonly string[];
}

/** Shows a bundle file, or an image where there is no such file. */
export async function runInspect(
  subject: string,
  flags: InspectFlags,
  context: CommandContext,
): Promise<number> {
  if (await isBundle(subject)) return inspectBundle(subject, flags, context.io);
  return inspectReference(subject, flags, context);
}

/** Whether that is a bundle's path, rather than the name of an image. Throws FILE_SYSTEM for another path. */
export async function isBundle(subject: string): Promise<boolean> {
  const kind = await pathKind('inspecting', subject);
  if (kind !== 'folder') return kind === 'file';
  throw new XbundleError(
    'FILE_SYSTEM',
    `inspecting ${subject}: it is a directory. Name an image, with --from oci:${subject} for one of a layout`,
  );
}

async function inspectBundle(path: string, flags: InspectFlags, io: Io): Promise<number> {
  const bundle = await openBundle(path);
  try {
    if (flags.raw === true) await write(io.stdout, bundle.head.indexBytes);
    else await showBundle(bundle, flags, io);
    return bundle.index.complete ? 0 : 3;
  } finally {
    await bundle.close();
  }
}

async function showBundle(bundle: BundleReader, flags: InspectFlags, io: Io): Promise<void> {
  const { index, head } = bundle;
  const trees: { readonly name: string; readonly tree: InspectNode }[] = [];
  for (const { name, root } of index.images) {
    trees.push({ name, tree: await inspectImage(root, bundle, { signal: io.signal }) });
  }
  const { name, version, created, complete, images, attestations, blobs } = index;
  const cells = index.cells.map(cellOf);
  const bytes = blobs.reduce((sum, blob) => sum + blob.size, 0);
  const summary = { id: head.id, name, version, created, complete, bytes, blobs: blobs.length };
  const title = [name, version].filter((part) => part !== undefined).join(' ');
  const absent = formatAbsent(cells);
  await writeReport(io, flags, {
    document: () => ({ ...summary, images, cells: index.cells, attestations, trees }),
    lines: () => [
      `bundle ${head.id}${title === '' ? '' : ` (${title})`}`,
      `created ${created}, ${complete ? 'complete' : `INCOMPLETE: ${countAbsent(cells)}`}`,
      ...trees.flatMap(({ name: image, tree }) => ['', ...formatTree(shortName(image), tree, io)]),
      ...(absent.length > 0 ? ['', ...absent] : []),
    ],
    errors: absent,
  });
}

async function inspectReference(text: string, flags: InspectFlags, context: CommandContext): Promise<number> {
  const { io } = context;
  const name = parseReference(text);
  const from = parseSource(flags.from);
  const folder = await mkdtemp(join(tmpdir(), 'xbundle-'));
  try {
    return await withClients(context, flags, async (clients) => {
      const found = await withProgress(io, flags, async ({ onProgress }) => {
        const options = {
          signal: io.signal,
          onProgress: quietPhases(onProgress),
          clients,
          spool: join(folder, 'save'),
        };
        const sources = await openSources([{ name }], from, options);
        try {
          return await readFound(sources.requests[0], flags, io);
        } finally {
          await sources.close();
        }
      });
      await showImage(familiarReference(name), found, { flags, io });
      return 0;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface FoundRoot {
  readonly root: Descriptor;
  readonly raw: Uint8Array;
  readonly tree: InspectNode;
  readonly source: string;
}

async function readFound(
  request: ImageRequest | undefined,
  { raw }: InspectFlags,
  io: Io,
): Promise<FoundRoot> {
  const root = await request?.source.resolve(request.name, { signal: io.signal });
  if (request === undefined || root === undefined) {
    const name = request === undefined ? 'the image' : familiarReference(request.name);
    throw new XbundleError(
      'NOT_FOUND',
      `inspecting ${name}: ${request?.source.label ?? 'the source'} does not have it`,
    );
  }
  const content = request.source.content(request.name);
  const bytes = await readDocument(root, content, { signal: io.signal });
  const { digest, mediaType, size } = root;
  const tree: InspectNode =
    raw === true
      ? { kind: 'artifact', digest, mediaType, size, layers: [] }
      : await inspectImage(root, content, { signal: io.signal });
  return { root, raw: bytes, tree, source: request.source.label };
}

async function showImage(
  name: string,
  { root, raw, tree, source }: FoundRoot,
  { flags, io }: { readonly flags: InspectFlags; readonly io: Io },
): Promise<void> {
  if (flags.raw === true) return write(io.stdout, raw);
  await writeReport(io, flags, {
    document: () => ({ name, source, root: root.digest, tree }),
    lines: () => [`from ${source}`, ...formatTree(name, tree, io), '', ...formatRunCommands(name, tree)],
  });
}

/** An inspection is short: only what is worth a line by itself is shown. */
function quietPhases(onProgress: OnProgress): OnProgress {
  return (event) => {
    if (event.type !== 'phase' || event.phase === 'save') onProgress(event);
  };
}
