/**
 * Private, real engines for the end-to-end tests and the benchmark: see README.md.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { ExecaError } from 'execa';
import { registerEmulators } from './binfmt.ts';
import type { Packages } from './cache.ts';
import { ensurePackages } from './cache.ts';
import { answers } from './daemon.ts';
import { hasErrorCode } from './errors.ts';
import type { Estate } from './estate.ts';
import { createEstate } from './estate.ts';
import type { Engines, Unavailable } from './facts.ts';
import { UnavailableError } from './facts.ts';
import { baseArchitectures } from './packages.ts';
import { containerdAddress, freeLoopbackHost, startEngine, startRegistry } from './start.ts';
import { estateName, toolingFile } from './teardown.ts';
import { writeToolConfiguration } from './tool-configuration.ts';

export type {
  BaseContext,
  ContainerdEngine,
  Engine,
  Engines,
  Registry,
  Tooling,
  Unavailable,
} from './facts.ts';
export { isUnavailable } from './facts.ts';

export interface StartOptions {
  readonly signal?: AbortSignal | undefined;
  /** A second set beside those that the tests have: not the given ones. */
  readonly further?: boolean;
}

export interface RunningEngines {
  /** Plain JSON. */
  readonly engines: Engines;
  /**
   * Takes everything down and returns when it is gone. Does nothing to engines which were given by
   * XBUNDLE_TEST_ENGINES. When it is never called, the same happens as soon as this process ends.
   */
  readonly stop: () => Promise<void>;
}

/**
 * Starts both engines and a registry, or takes those which the file XBUNDLE_TEST_ENGINES describes. Returns
 * the reason where they cannot be had; throws the signal's reason after an abort. In both cases nothing is
 * left behind.
 */
export async function startEngines(options: StartOptions = {}): Promise<RunningEngines | Unavailable> {
  const given = process.env['XBUNDLE_TEST_ENGINES'];
  try {
    return given === undefined || given === '' || options.further === true
      ? await startOwn(options)
      : await useGiven(given);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof UnavailableError || error instanceof ExecaError) return { reason: error.message };
    throw error;
  }
}

async function useGiven(file: string): Promise<RunningEngines> {
  const engines = JSON.parse(await readGiven(file)) as Engines;
  for (const { socket } of [engines.containerd, engines.classic]) {
    if (await answers({ socketPath: socket }, '/_ping')) continue;
    throw new UnavailableError(`nothing answers on ${socket}, which XBUNDLE_TEST_ENGINES=${file} names`);
  }
  return { engines, stop: () => Promise.resolve() };
}

async function readGiven(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    throw new UnavailableError(`XBUNDLE_TEST_ENGINES=${file} does not exist`, { cause: error });
  }
}

async function startOwn({ signal }: StartOptions): Promise<RunningEngines> {
  if (process.getuid?.() !== 0)
    throw new UnavailableError('only root can start engines, and this is not root');
  const packages = await ensurePackages({ signal });
  const estate = await createEstate();
  try {
    const engines = await startIn(estate, packages, { signal });
    return { engines, stop: () => estate.remove() };
  } catch (error) {
    await estate.remove();
    throw error;
  }
}

async function startIn(estate: Estate, packages: Packages, { signal }: StartOptions): Promise<Engines> {
  const { directory } = estate;
  await registerEmulators(join(packages.directory, 'root'), { signal });
  const registryHost = await freeLoopbackHost();
  const tooling = await writeToolConfiguration({ directory, packages: packages.directory, registryHost });
  await writeFile(join(directory, toolingFile), JSON.stringify(tooling));
  const place = { directory, tooling, signal };
  const starts = [
    startEngine('containerd', place),
    startEngine('classic', place),
    startRegistry(registryHost, place),
  ] as const;
  // One failure waits for the others: what they still start would not be removed.
  await Promise.allSettled(starts);
  const [containerd, classic, registry] = await Promise.all(starts);
  const base = join(packages.directory, 'base');
  const architectures = Object.keys(baseArchitectures);
  return {
    ...tooling,
    containerd: {
      ...containerd,
      store: 'containerd',
      containerdAddress: containerdAddress(directory, 'containerd'),
      containerdNamespace: estateName(directory),
    },
    classic,
    registry,
    dockerConfig: join(directory, 'home/.docker'),
    baseContext: { directory: base, platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
    busybox: Object.fromEntries(architectures.map((name) => [name, join(base, name)])),
    suite: packages.suite,
    versions: packages.versions,
    directory,
  };
}
