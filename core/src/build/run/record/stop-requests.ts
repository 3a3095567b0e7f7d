import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath } from '../../../files/index.ts';
import { systemCode, XbundleError } from '../../../errors.ts';
import type { BuildFolder } from './build-folder.ts';

/** How often a run looks whether cells are to be stopped. */
const POLL_MS = 300;

/** Why a cell was not built. */
export const STOPPED = 'it was stopped on request';

/**
 * Asks the run of a definition that is under way to stop some of its cells; those that need them are blocked, and
 * others go on. Resolves once that is asked; cells that have ended stay as they are. Throws NOT_FOUND when nothing
 * of the definition is being built.
 */
export async function requestStop(folder: BuildFolder, cells: readonly string[]): Promise<void> {
  const path = stopFolder(folder);
  for (const cell of cells) {
    try {
      await writeFile(join(path, encodeURIComponent(cell)), '');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      throw new XbundleError('NOT_FOUND', `stopping ${cell}: nothing of this definition is being built`);
    }
  }
}

function stopFolder(folder: Pick<BuildFolder, 'path'>): string {
  return join(folder.path, 'stop');
}

/** What others ask of a run: another process can do so by a file, which needs no way to this one. */
export class StopRequests {
  readonly #path: string;
  readonly #cells = new Map<string, AbortController>();
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: Pick<BuildFolder, 'path'>) {
    this.#path = stopFolder(folder);
  }

  /** From now on requests are taken; those that an earlier run left are not. */
  async open(): Promise<void> {
    await this.#remove();
    await onPath('making', this.#path, () => mkdir(this.#path, { recursive: true }));
    this.#timer = setInterval(() => {
      // Without its folder, a run goes on and cannot be asked.
      this.#look().catch(() => undefined);
    }, POLL_MS);
  }

  /** Fires when one of the cells is to be stopped, or all is. */
  signalOf(cells: readonly string[], all: AbortSignal): AbortSignal {
    return AbortSignal.any([all, ...cells.map((cell) => this.#controller(cell).signal)]);
  }

  /** Whether one of the cells was asked to be stopped. */
  isStopped(cells: readonly string[]): boolean {
    return cells.some((cell) => this.#controller(cell).signal.aborted);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#remove();
  }

  async #look(): Promise<void> {
    for (const name of await readdir(this.#path)) this.#controller(decodeURIComponent(name)).abort();
  }

  #controller(cell: string): AbortController {
    const known = this.#cells.get(cell) ?? new AbortController();
    this.#cells.set(cell, known);
    return known;
  }

  #remove(): Promise<void> {
    return onPath('removing', this.#path, () => rm(this.#path, { recursive: true, force: true }));
  }
}
