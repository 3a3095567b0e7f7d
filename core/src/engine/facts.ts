import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { CallOptions } from '../content/index.ts';
import { normalizePlatform, type Platform } from '../model/index.ts';
import type { ApiVersion } from './api-version.ts';
import type { EngineClient } from './engine-client.ts';

/** `containerd` keeps images as they are, indexes and all; `classic` keeps one platform, unpacked. */
export type EngineStore = 'containerd' | 'classic';

export interface EngineFacts {
  readonly apiVersion: ApiVersion;
  /** The engine's own version, such as `28.5.2`. */
  readonly version: string;
  readonly store: EngineStore;
  /** What runs without emulation. */
  readonly platform: Platform;
  readonly dockerRootDir: string;
  /** As the engine calls it: `Docker Desktop`, or the system of its machine. */
  readonly operatingSystem?: string;
  /** Bytes free where images are kept; only for an engine whose disk this machine sees. */
  readonly freeBytes?: number;
}

const infoSchema = z.looseObject({
  Name: z.string().nullish(),
  ServerVersion: z.string(),
  OSType: z.string(),
  Architecture: z.string(),
  OperatingSystem: z.string().nullish(),
  DockerRootDir: z.string(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  Containerd: z.looseObject({ Address: z.string().nullish() }).nullish(),
});

type Info = z.infer<typeof infoSchema>;

/** Asks the engine what it is. Errors: those of the client. */
export async function engineFacts(client: EngineClient, options: CallOptions = {}): Promise<EngineFacts> {
  const info = await client.ask(
    { operation: 'asking what the engine is', path: '/info' },
    infoSchema,
    options,
  );
  const store = storeOf(info);
  const freeBytes = await freeSpace(client, info, store);
  return {
    apiVersion: await client.apiVersion(options),
    version: info.ServerVersion,
    store,
    platform: normalizePlatform({ os: info.OSType, architecture: info.Architecture }),
    dockerRootDir: info.DockerRootDir,
    ...(info.OperatingSystem && { operatingSystem: info.OperatingSystem }),
    ...(freeBytes !== undefined && { freeBytes }),
  };
}

function storeOf({ DriverStatus }: Info): EngineStore {
  const isContainerd = DriverStatus?.some(
    ([key, value]) => key === 'driver-type' && value === 'io.containerd.snapshotter.v1',
  );
  return isContainerd === true ? 'containerd' : 'classic';
}

/** A containerd of the system keeps its content outside Docker's root directory, maybe on another disk. */
const SYSTEM_CONTAINERD = { socket: '/run/containerd/containerd.sock', root: '/var/lib/containerd' };

/**
 * A directory of the same name on another machine says nothing: asked only over a local socket, of an engine that
 * gives this host's name, which one in a virtual machine or outside this container does not.
 */
async function freeSpace(client: EngineClient, info: Info, store: EngineStore): Promise<number | undefined> {
  if (client.endpoint.transport.kind !== 'socket' || info.Name !== hostname()) return undefined;
  const sharesContainerd = store === 'containerd' && info.Containerd?.Address === SYSTEM_CONTAINERD.socket;
  const free = await Promise.all([
    freeBytesOf(info.DockerRootDir),
    ...(sharesContainerd ? [freeBytesOf(SYSTEM_CONTAINERD.root)] : []),
  ]);
  const known = free.filter((bytes) => bytes !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

async function freeBytesOf(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    // The directory may be unreadable for this user or not be here at all; then nothing is known.
    return undefined;
  }
}
