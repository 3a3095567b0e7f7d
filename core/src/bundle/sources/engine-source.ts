import { rm } from 'node:fs/promises';
import type { BlobSource, ImageSource } from '../../content/index.ts';
import type { EngineClient } from '../../engine/index.ts';
import { openArchive, type LayoutSource } from '../../layout/index.ts';
import { formatReference, type Descriptor, type Reference } from '../../model/index.ts';
import type { EngineOffer } from './engine-offer.ts';
import { saveWhole, type EngineSaveOptions } from './engine-save.ts';

/** An engine's images, saved once for all names and then read from a private file. Close it after use. */
export interface EngineSource extends ImageSource {
  close(): Promise<void>;
}

/**
 * Saves the offered names in one stream, so that what images share is sent once, and reads the result as an
 * archive: every blob is hashed when it is read, and what the engine left out is known to be lacking (an engine
 * exits 0 on incomplete images).
 */
export async function saveFromEngine(
  client: EngineClient,
  offers: readonly EngineOffer[],
  options: EngineSaveOptions,
): Promise<EngineSource> {
  const wanted = offers.flatMap((offer) => offer.names).map((name) => [formatReference(name), name] as const);
  const names = [...new Map(wanted).values()];
  const label = `engine ${client.endpoint.label}`;
  try {
    const saved = await saveWhole(client, names, options);
    if (saved.length === 0) return emptySource(label);
    return engineSource(await openArchive(options.spool, { kind: 'docker', label }), saved, options.spool);
  } catch (error) {
    await rm(options.spool, { force: true });
    throw error;
  }
}

/** Only names that were asked for resolve: an archive may hold more of what they share. */
function engineSource(archive: LayoutSource, names: readonly Reference[], path: string): EngineSource {
  const saved = new Set(names.map(formatReference));
  return {
    kind: 'docker',
    label: archive.label,
    resolve: (reference, options) =>
      saved.has(formatReference(reference))
        ? archive.resolve(reference, options)
        : Promise.resolve(undefined),
    content: (reference) => archive.content(reference),
    close: async () => {
      await archive.close();
      await rm(path, { force: true });
    },
  };
}

function emptySource(label: string): EngineSource {
  const nothing: BlobSource = {
    read: () => none(),
    readFrom: () => none(),
    lacks: (blobs: readonly Descriptor[]) => Promise.resolve(blobs),
  };
  return {
    kind: 'docker',
    label,
    resolve: () => Promise.resolve(undefined),
    content: () => nothing,
    close: () => Promise.resolve(),
  };
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {
  // Nothing resolves here, so nothing is read.
}
