import { get } from 'node:http';
import { createConnection } from 'node:net';
import { runDocker, type DockerEnvironment } from '../../../buildx/index.ts';
import type { EngineClient } from '../../../engine/index.ts';
import type { BuildServe } from '../../target.ts';

/** Ways to a container's port. */
export interface ServicePlaces {
  /** Of the container, in the engine's network. */
  readonly address: string;
  /** On the engine's loopback. */
  readonly published: number | undefined;
}

/** Asks a service once whether it is ready. Throws the signal's reason after an abort. */
export type ServiceProbe = (
  serve: BuildServe,
  places: ServicePlaces,
  signal: AbortSignal,
) => Promise<boolean>;

export interface ProbeOptions {
  readonly engine: () => Promise<EngineClient>;
  /** Whose builds are to reach the service. */
  readonly builder: string;
  readonly env: DockerEnvironment | undefined;
}

/**
 * Asks from here. An engine behind a network has neither its loopback nor its containers here, so that the builder
 * asks where this machine gets no answer.
 */
export function serviceProbe({ engine, builder, env }: ProbeOptions): ServiceProbe {
  return async (serve, places, signal) => {
    const near = await Promise.all(nearPlaces(serve, places).map((place) => answers(place, serve, signal)));
    if (near.includes(true)) return true;
    const { transport } = (await engine()).endpoint;
    if (transport.kind === 'socket' || places.address === '') return false;
    return answersBuilder({ host: places.address, port: serve.port }, serve, { builder, env, signal });
  };
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * The published port is the way where the engine is in a virtual machine of this one; the container's address is the
 * way from within another container, whose loopback is not that of the engine.
 */
function nearPlaces({ port }: BuildServe, { published, address }: ServicePlaces): readonly Place[] {
  return [
    ...(published === undefined ? [] : [{ host: '127.0.0.1', port: published }]),
    ...(address === '' ? [] : [{ host: address, port }]),
  ];
}

const ANSWER_MS = 2_000;

async function answers(place: Place, { path }: BuildServe, signal: AbortSignal): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    if (path === undefined) return await accepts(place, limited);
    return (await statusOf(urlOf(place, path), limited)) < 400;
  } catch {
    if (signal.aborted) throw signal.reason;
    return false;
  }
}

/** `fetch` would be loaded for this alone. */
function statusOf(url: URL, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal }, (response) => {
      response.destroy();
      resolve(response.statusCode ?? Number.POSITIVE_INFINITY);
    });
    request.once('error', reject);
  });
}

function urlOf({ host, port }: Place, path: string): URL {
  return new URL(path, `http://${host}:${port}`);
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
      timer = setTimeout(() => {
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

interface BuilderQuestion extends Omit<ProbeOptions, 'engine'> {
  readonly signal: AbortSignal;
}

/**
 * Asks as a build does: BuildKit fetches what `ADD` names. A port without a path counts once something there takes
 * the connection, whatever it then says.
 */
async function answersBuilder(
  place: Place,
  { path }: BuildServe,
  { builder, env, signal }: BuilderQuestion,
): Promise<boolean> {
  const { href } = urlOf(place, path ?? '/');
  const options = [`--builder=${builder}`, '--no-cache', '--output=type=cacheonly', '--provenance=false'];
  const { exitCode, stderr } = await runDocker(['buildx', 'build', ...options, '-'], {
    env,
    signal,
    input: `FROM scratch\nADD ${JSON.stringify([href, '/answer'])}\n`,
  });
  if (exitCode === 0) return true;
  return path === undefined && stderr.includes(href) && !/\bdial (?:tcp|udp)\b/.test(stderr);
}
