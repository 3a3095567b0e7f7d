import { basename } from 'node:path';
import type { ImageTarget } from '../../../content/index.ts';
import { XbundleError } from '../../../errors.ts';
import { familiarReference, formatReference, parseReference } from '../../../model/index.ts';
import { ownRepository } from '../../own-image.ts';
import { storedResult, type CellReport } from '../record/build-report.ts';
import type { CellContext } from './cell-context.ts';
import type { ProvidedImage } from '../services/run-services.ts';

export interface ProvideContext {
  readonly cells: Pick<CellContext, 'store'>;
  /** The engine that services run in. */
  readonly target: ImageTarget;
  readonly folder: string;
}

/** Puts the image of a done cell where it can be started: into the engine, unless it was built there. */
export async function provideImage(
  report: CellReport,
  { cells, target, folder }: ProvideContext,
  signal: AbortSignal,
): Promise<ProvidedImage> {
  const inEngine = report.results?.find((result) => result.kind === 'engine')?.names[0];
  if (inEngine !== undefined) return { name: inEngine, isTemporary: false };
  const stored = storedResult(report);
  if (stored === undefined) {
    throw new XbundleError('INTERNAL', `starting a service: ${report.id} has no image to start`);
  }
  const { manifest, config } = stored;
  const name = parseReference(`${ownRepository(report.component)}:${basename(folder).slice(-12)}`);
  const platform = manifest.platform;
  if (platform === undefined)
    throw new XbundleError('INTERNAL', `starting ${formatReference(name)}: no platform`);
  await target.store([{ name, root: manifest, cells: [{ platform, manifest, config }] }], cells.store.blobs, {
    signal,
  });
  return { name: familiarReference(name), isTemporary: true };
}
