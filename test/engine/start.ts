/** The three daemons, each below its own directory of the estate. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { answers, startDaemon } from './daemon.ts';
import type { Engine, Registry, Tooling } from './facts.ts';
import { createBridge } from './network.ts';
import { toolEnvironment } from './run.ts';
import { estateName } from './teardown.ts';

const loopback = '127.0.0.1';

export interface Place {
  /** Directory of the estate. */
  readonly directory: string;
  readonly tooling: Tooling;
  readonly signal?: AbortSignal | undefined;
}

/** Where the containerd which dockerd starts for itself listens. */
export function containerdAddress(directory: string, store: Engine['store']): string {
  return join(directory, store, 'exec/containerd/containerd.sock');
}

/** Starts a Docker Engine with the given image store; returns when it answers. */
export async function startEngine(store: Engine['store'], place: Place): Promise<Engine> {
  const { directory, tooling, signal } = place;
  const home = join(directory, store);
  const root = join(home, 'data');
  const socket = join(home, 'docker.sock');
  const log = join(home, 'dockerd.log');
  await mkdir(home);
  const bridge = `${estateName(directory)}-${store.slice(0, 2)}`;
  await createBridge(bridge, { signal, env: toolEnvironment(tooling) });
  const configuration = {
    ...isolation,
    'data-root': root,
    'exec-root': join(home, 'exec'),
    pidfile: join(home, 'dockerd.pid'),
    hosts: [`unix://${socket}`],
    bridge,
    'cgroup-parent': `/${estateName(directory)}`,
    features: { 'containerd-snapshotter': store === 'containerd' },
  };
  const configFile = join(home, 'daemon.json');
  await writeFile(configFile, JSON.stringify(configuration, undefined, 2));
  await startDaemon(
    {
      file: join(tooling.path, 'dockerd'),
      args: ['--config-file', configFile],
      // What dockerd starts (containerd, its shims, runc) has to come from the packages too.
      env: toolEnvironment(tooling),
      log,
      probe: () => answers({ socketPath: socket }, '/_ping'),
    },
    { signal },
  );
  const host = `unix://${socket}`;
  return {
    path: tooling.path,
    environment: { ...tooling.environment, DOCKER_HOST: host },
    store,
    host,
    socket,
    root,
    log,
  };
}

/** What keeps an engine from touching the machine, or an engine which the machine runs already. */
const isolation = {
  iptables: false,
  ip6tables: false,
  'ip-forward': false,
  'ip-masq': false,
  // systemd would want a name of its own kind for the cgroup, and would remember it.
  'exec-opts': ['native.cgroupdriver=cgroupfs'],
  // Containers of tests have nothing to save.
  'shutdown-timeout': 1,
} as const;

/** Starts a registry with storage on disk on the port that `registryHost` names. */
export async function startRegistry(host: string, place: Place): Promise<Registry> {
  const { directory, tooling, signal } = place;
  const home = join(directory, 'registry');
  const root = join(home, 'data');
  const log = join(home, 'registry.log');
  await mkdir(home);
  const configuration = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: root },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: host },
  };
  const configFile = join(home, 'registry.json');
  // Its format is YAML, of which JSON is a part.
  await writeFile(configFile, JSON.stringify(configuration, undefined, 2));
  const port = Number(new URL(`http://${host}`).port);
  await startDaemon(
    {
      file: join(tooling.path, 'docker-registry'),
      args: ['serve', configFile],
      env: toolEnvironment(tooling),
      log,
      probe: () => answers({ host: loopback, port }, '/v2/'),
    },
    { signal },
  );
  return { host, root, log };
}

/** A port which nothing listens on. */
export async function freeLoopbackHost(): Promise<string> {
  const server = createServer();
  server.listen(0, loopback);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `${loopback}:${port}`;
}
