import { setTimeout } from 'node:timers/promises';
import {
  askContainer,
  containerOutput,
  removeContainers,
  removeImage,
  runContainer,
  type EngineClient,
} from '../../../engine/index.ts';
import { XbundleError, isXbundleError } from '../../../errors.ts';
import { LIMITS } from '../../../limits.ts';
import type { BuildService } from '../../build-plan.ts';
import type { OnBuildEvent } from '../record/build-report.ts';
import type { ServiceProbe } from './service-probe.ts';

/** On everything that a run starts, so that what a killed run left can be found. */
const LABEL = 'org.xbundle.build';

export interface ServiceOptions {
  /** Of the definition: containers of an earlier run of the same are removed. */
  readonly folder: string;
  /** Of this run. */
  readonly id: string;
  /** Where services run. */
  readonly engine: () => Promise<EngineClient>;
  readonly onEvent: OnBuildEvent;
  /** Puts the image of a done cell into the engine. */
  readonly provide: (cell: string, signal: AbortSignal) => Promise<ProvidedImage>;
  readonly isReady: ServiceProbe;
}

/** An image that the engine has. */
export interface ProvidedImage {
  readonly name: string;
  /** Was put there for the service alone. */
  readonly isTemporary: boolean;
}

/** Components that run while others are built. */
export interface RunningServices {
  /** Starts a service unless it runs, waits until it is ready and gives its address. Errors: REFUSED, TIMEOUT. */
  address(service: BuildService, signal: AbortSignal): Promise<string>;
  /** Removes all that was started, once. Does not look at any signal: it is for the end, however that comes. */
  stop(): Promise<void>;
}

export function createServices(options: ServiceOptions): RunningServices {
  const started = new Map<string, Promise<string>>();
  const images = new Set<string>();
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(started.values());
    if (started.size === 0) return;
    const engine = await options.engine();
    await removeContainers(engine, labelOf(options.folder));
    for (const image of images) await removeImage(engine, image);
    for (const name of started.keys()) options.onEvent({ type: 'service', name, state: 'removed' });
  };
  return {
    address: (service, signal) => {
      const known = started.get(service.name);
      if (known !== undefined) return known;
      const starting = startService(service, { options, signal, images });
      started.set(service.name, starting);
      return starting;
    },
    stop: () => (stopping ??= stopAll()),
  };
}

/** Removes containers of services that a killed run of the same definition left. */
export async function removeLeftServices({
  folder,
  engine,
}: Pick<ServiceOptions, 'folder' | 'engine'>): Promise<void> {
  await removeContainers(await engine(), labelOf(folder));
}

function labelOf(folder: string): string {
  return `${LABEL}=${folder}`;
}

interface Starting {
  readonly options: ServiceOptions;
  readonly signal: AbortSignal;
  /** Those to remove at the end. */
  readonly images: Set<string>;
}

async function startService(service: BuildService, { options, signal, images }: Starting): Promise<string> {
  const { name, serve } = service;
  const { folder, onEvent } = options;
  onEvent({ type: 'service', name, state: 'starting' });
  const image = await options.provide(service.cell, signal);
  if (image.isTemporary) images.add(image.name);
  const engine = await options.engine();
  const id = await runContainer(engine, {
    image: image.name,
    command: serve.command,
    environment: serve.environment,
    labels: { [LABEL]: folder, [`${LABEL}.run`]: options.id },
    hostname: name,
    port: serve.port,
  });
  try {
    const address = await waitUntilReady({ id, service, engine, isReady: options.isReady }, signal);
    onEvent({ type: 'service', name, state: 'ready', address });
    return address;
  } catch (error) {
    throw await withOutput(error, engine, id);
  }
}

interface Waiting extends Pick<ServiceOptions, 'isReady'> {
  readonly id: string;
  readonly service: BuildService;
  readonly engine: EngineClient;
}

const POLL_MS = 100;

/** Gives the address of a service once it answers. Throws REFUSED and TIMEOUT. */
async function waitUntilReady(
  { id, service, engine, isReady }: Waiting,
  signal: AbortSignal,
): Promise<string> {
  const { name, serve } = service;
  const limit = serve.timeoutMs ?? LIMITS.serveReadyMs;
  const end = Date.now() + limit;
  for (;;) {
    const { isRunning, ...places } = await askContainer(engine, { id, port: serve.port }, { signal });
    if (!isRunning)
      throw new XbundleError('REFUSED', `starting the service ${name}: its container has ended`);
    if (await isReady(serve, places, signal)) return places.address;
    if (Date.now() > end) {
      const what =
        serve.path === undefined ? `port ${serve.port}` : `http://${name}:${serve.port}${serve.path}`;
      throw new XbundleError(
        'TIMEOUT',
        `starting the service ${name}: ${what} did not answer within ${limit / 1000} s`,
      );
    }
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

/** What the container wrote says why it is not ready. */
async function withOutput(error: unknown, engine: EngineClient, id: string): Promise<unknown> {
  if (!isXbundleError(error, 'REFUSED', 'TIMEOUT')) return error;
  const output = await containerOutput(engine, id);
  const said = output === '' ? 'It wrote nothing' : `It wrote:\n${output}`;
  return new XbundleError(error.code, `${error.message}. ${said}`, { cause: error });
}
