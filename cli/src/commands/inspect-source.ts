import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  XbundleError,
  familiarReference,
  inspectImage,
  openSources,
  parseReference,
  readDocument,
  type Descriptor,
  type ImageRequest,
  type InspectNode,
  type OnProgress,
} from '@xbundle/core';
import { write, type Io } from '../io.ts';
import { writeReport } from '../output/document.ts';
import { formatRunCommands, formatTree } from '../output/tree.ts';
import { parseSource } from '../source-choice.ts';
import type { InspectFlags } from './inspect-subject.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

/** Shows an image where it is. */
export async function inspectSource(
  text: string,
  flags: InspectFlags,
  context: CommandContext,
): Promise<number> {
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
