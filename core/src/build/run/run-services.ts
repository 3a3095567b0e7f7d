import { createConnection } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import {
  parseDockerJson,
  runDocker,
  type DockerEnvironment,
  type DockerOptions,
} from '../../buildx/index.ts';
import { XbundleError, isXbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { BuildService } from '../build-plan.ts';
import type { BuildServe } from '../target.ts';
import type { OnBuildEvent } from './build-report.ts';

/** On everything that a run starts, so that what a killed run left can be found. */
const LABEL = 'org.xbundle.build';

export interface ServiceOptions {
  /** Of the definition: containers of an earlier run of the same are removed. */
  readonly folder: string;
  /** Of this run. */
  readonly id: string;
  readonly env: DockerEnvironment | undefined;
  readonly onEvent: OnBuildEvent;
  /** Puts the image of a done cell into the engine. */
  readonly provide: (cell: string, signal: AbortSignal) => Promise<ProvidedImage>;
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
  const docker = dockerWith(options.env);
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(started.values());
    if (started.size > 0) await removeServices(options.folder, docker);
    if (images.size > 0) await docker(['image', 'rm', '--force', '--', ...images]);
    for (const name of started.keys()) options.onEvent({ type: 'service', name, state: 'removed' });
  };
  return {
    address: (service, signal) => {
      const known = started.get(service.name);
      if (known !== undefined) return known;
      const starting = startService(service, { options, docker, signal, images });
      started.set(service.name, starting);
      return starting;
    },
    stop: () => (stopping ??= stopAll()),
  };
}

/** Removes containers and images of services that a killed run of the same definition left. */
export function removeLeftServices(folder: string, env: DockerEnvironment | undefined): Promise<void> {
  return removeServices(folder, dockerWith(env));
}

type Docker = (args: readonly string[], options?: DockerOptions) => Promise<string>;

/** A docker command that must go well; gives its output. */
function dockerWith(env: DockerEnvironment | undefined): Docker {
  return async (args, options = {}) => {
    const { exitCode, stdout, stderr } = await runDocker(args, { env, ...options });
    if (exitCode === 0) return stdout.trim();
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw new XbundleError('REFUSED', `running docker ${args[0] ?? ''}: ${said.slice(0, 500)}`);
  };
}

interface Starting {
  readonly options: ServiceOptions;
  readonly docker: Docker;
  readonly signal: AbortSignal;
  /** Those to remove at the end. */
  readonly images: Set<string>;
}

async function startService(service: BuildService, starting: Starting): Promise<string> {
  const { options, docker, signal } = starting;
  const { name, serve } = service;
  options.onEvent({ type: 'service', name, state: 'starting' });
  const image = await options.provide(service.cell, signal);
  if (image.isTemporary) starting.images.add(image.name);
  const id = await docker(
    ['run', '--detach', ...runArguments(service, options), '--', image.name, ...(serve.command ?? [])],
    { signal },
  );
  try {
    const address = await waitUntilReady({ id, service }, starting);
    options.onEvent({ type: 'service', name, state: 'ready', address });
    return address;
  } catch (error) {
    throw await withOutput(error, id, options.env);
  }
}

/** The port is published on loopback as well: `placesOf` says why. */
function runArguments({ name, serve }: BuildService, { folder, id }: ServiceOptions): readonly string[] {
  return [
    `--label=${LABEL}=${folder}`,
    `--label=${LABEL}.run=${id}`,
    `--hostname=${name}`,
    `--publish=127.0.0.1::${serve.port}`,
    '--pull=never',
    ...Object.entries(serve.environment).map(([key, value]) => `--env=${key}=${value}`),
  ];
}

/** What is asked of a running container; an engine before 29 says its address twice. */
const containersSchema = z.tuple([
  z.looseObject({
    State: z.looseObject({ Running: z.boolean() }),
    NetworkSettings: z.looseObject({
      Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string() })),
      Ports: z.record(z.string(), z.array(z.looseObject({ HostPort: z.string() })).nullable()),
    }),
  }),
]);

interface ContainerFacts {
  readonly isRunning: boolean;
  /** In its first network; empty once it has ended. */
  readonly address: string;
  /** On loopback, for the service's port. */
  readonly published: number | undefined;
}

async function askContainer(
  id: string,
  { serve }: BuildService,
  { docker, signal }: Starting,
): Promise<ContainerFacts> {
  const text = await docker(['container', 'inspect', id], { signal });
  const [{ State, NetworkSettings }] = parseDockerJson(containersSchema, text, 'container inspect');
  const port = NetworkSettings.Ports[`${serve.port}/tcp`]?.[0]?.HostPort;
  return {
    isRunning: State.Running,
    address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
    published: port === undefined ? undefined : Number(port),
  };
}

interface Waited {
  readonly id: string;
  readonly service: BuildService;
}

/** Gives the address of a service once it answers. Throws REFUSED and TIMEOUT. */
async function waitUntilReady({ id, service }: Waited, starting: Starting): Promise<string> {
  const { name, serve } = service;
  const limit = serve.timeoutMs ?? LIMITS.serveReadyMs;
  const end = Date.now() + limit;
  for (;;) {
    const { isRunning, address, published } = await askContainer(id, service, starting);
    if (!isRunning)
      throw new XbundleError('REFUSED', `starting the service ${name}: its container has ended`);
    const places = placesOf(service, { published, address });
    const ready = await Promise.all(places.map((place) => isReady(place, serve, starting.signal)));
    if (ready.includes(true)) return address;
    if (Date.now() > end) {
      const what =
        serve.path === undefined ? `port ${serve.port}` : `http://${name}:${serve.port}${serve.path}`;
      throw new XbundleError(
        'TIMEOUT',
        `starting the service ${name}: ${what} did not answer within ${limit / 1000} s`,
      );
    }
    await setTimeout(POLL_MS, undefined, { signal: starting.signal });
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Where it may be asked. The published port is the way where the engine is in a machine of its own; the container's
 * address is the way from within another container, whose loopback is not that of the engine.
 */
function placesOf(
  { serve }: BuildService,
  { published, address }: Pick<ContainerFacts, 'published' | 'address'>,
): readonly Place[] {
  return [
    ...(published === undefined ? [] : [{ host: '127.0.0.1', port: published }]),
    ...(address === '' ? [] : [{ host: address, port: serve.port }]),
  ];
}

const POLL_MS = 200;
const ANSWER_MS = 2_000;

async function isReady(place: Place, { path }: BuildServe, signal: AbortSignal): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    if (path === undefined) return await accepts(place, limited);
    const response = await fetch(new URL(path, `http://${place.host}:${place.port}`), {
      signal: limited,
      redirect: 'manual',
    });
    await response.body?.cancel();
    return response.status < 400;
  } catch {
    if (signal.aborted) throw signal.reason;
    return false;
  }
}

/** A proxy of the engine accepts before the container does, and closes then: bytes or silence mean it is there. */
function accepts({ host, port }: Place, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, signal });
    let timer: NodeJS.Timeout | undefined;
    const end = (result: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => {
      timer = globalThis.setTimeout(() => {
        end(true);
      }, ACCEPT_MS);
    });
    socket.once('data', () => {
      end(true);
    });
    socket.once('end', () => {
      end(false);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}

const ACCEPT_MS = 300;

/** What the container wrote says why it is not ready. */
async function withOutput(error: unknown, id: string, env: DockerEnvironment | undefined): Promise<unknown> {
  if (!isXbundleError(error, 'REFUSED', 'TIMEOUT')) return error;
  const { stdout, stderr } = await runDocker(['logs', '--tail', '20', id], { env });
  const output = `${stdout}${stderr}`.trim();
  const said = output === '' ? 'It wrote nothing' : `It wrote:\n${output}`;
  return new XbundleError(error.code, `${error.message}. ${said}`, { cause: error });
}

async function removeServices(folder: string, docker: Docker): Promise<void> {
  const filter = `label=${LABEL}=${folder}`;
  const containers = words(await docker(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter]));
  if (containers.length > 0) await docker(['rm', '--force', '--volumes', ...containers]);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
