import { cellOf, inspectImage, openBundle, type BundleReader, type InspectNode } from '@xbundle/core';
import { write, type Io } from '../io.ts';
import { writeReport } from '../output/document.ts';
import { countAbsent, formatAbsent, shortName } from '../output/matrix.ts';
import { formatTree } from '../output/tree.ts';
import { isBundle, type InspectFlags } from './inspect-subject.ts';
import type { CommandContext } from './with-clients.ts';

/** Shows a bundle file, or an image where there is no such file. */
export async function runInspect(
  subject: string,
  flags: InspectFlags,
  context: CommandContext,
): Promise<number> {
  if (await isBundle(subject)) return inspectBundle(subject, flags, context.io);
  // Loaded only when asked for: sources take longer to load than a bundle's documents to read.
  const { inspectSource } = await import('./inspect-source.ts');
  return inspectSource(subject, flags, context);
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
