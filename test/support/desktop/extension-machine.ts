/** The extension as Docker Desktop runs it: its image, started by its own compose file on an engine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { docker } from '../../engine/docker.ts';
import type { Engines } from '../../engine/index.ts';
import { rawRequest, TestBackend } from '../backend-client.ts';
import { removeImages } from '../engine-images.ts';
import { buildExtension, imagesOf } from '../extension-image.ts';
import { hostArgs } from './host-commands.ts';

export interface RunningExtension {
  readonly image: string;
  /** The container of the compose file's first service, which the tab speaks to. */
  readonly container: string;
  /** In which the backend listens. */
  readonly socketPath: string;
  /** The backend as the tab has it, with a host whose docker command is that of the engine itself. */
  readonly backend: TestBackend;
  /** Resolves when the new backend answers. */
  restart(how: 'restart' | 'kill'): Promise<void>;
  stop(): Promise<void>;
}

export interface ExtensionPlace {
  /** An empty directory. */
  readonly scratch: string;
  /** In the test registry, without a tag. */
  readonly repository: string;
  /** Default: both. */
  readonly platforms?: readonly string[];
}

const COMPOSE_FILE = fileURLToPath(new URL('../../../docker-compose.yaml', import.meta.url));
const SOCKET = 'xbundle.sock';

/** Builds the image and starts it: what Docker Desktop does when an extension is installed. */
export async function startExtension(engines: Engines, place: ExtensionPlace): Promise<RunningExtension> {
  const { containerd } = engines;
  const { scratch, repository } = place;
  const project = repository.replace(/[^a-z0-9]/g, '');
  const image = await buildExtension(engines, place);
  const services = join(scratch, 'services');
  await mkdir(services);
  const over = join(scratch, 'over.yaml');
  await writeFile(over, JSON.stringify(whereThingsAre(containerd.socket, services)));
  const compose = ['compose', '--project-name', project, '--file', COMPOSE_FILE, '--file', over];
  const env = { DESKTOP_PLUGIN_IMAGE: image };
  await docker(containerd, [...compose, 'up', '--detach'], { env });
  const socketPath = join(services, SOCKET);
  await answering(socketPath);
  const container = `${project}-xbundle-1`;
  return {
    image,
    container,
    socketPath,
    backend: new TestBackend({
      connection: { socketPath, headers: { host: 'localhost' } },
      runHostCommand: ({ args }) => docker(containerd, hostArgs(args, containerd), { allowFailure: true }),
    }),
    restart: async (how) => {
      await docker(containerd, [how, container]);
      if (how === 'kill') await docker(containerd, ['start', container]);
      await answering(socketPath);
    },
    stop: async () => {
      const down = [...compose, 'down', '--volumes', '--remove-orphans', '--timeout=5'];
      await docker(containerd, down, { env, allowFailure: true });
      await removeImages(containerd, imagesOf(repository));
    },
  };
}

/** Docker Desktop's virtual machine has the engine's socket, and a folder for sockets of extensions, elsewhere. */
function whereThingsAre(engineSocket: string, services: string): object {
  const volumes = [`${engineSocket}:/var/run/docker.sock`, `${services}:/run/guest-services`];
  return { services: { xbundle: { volumes } } };
}

/** Waits until a backend answers on the socket: an emulated Node takes half a minute on a busy machine. */
export async function answering(socketPath: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await rawRequest({ socketPath, path: '/api/jobs', headers: { host: 'localhost' } }).catch(
      () => undefined,
    );
    if (answer?.status === 200) return;
    await sleep(200);
  }
  throw new Error(`no backend answers on ${socketPath}`);
}
