import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { complaintOf, runDocker, XbundleError, type DockerEnvironment } from '@xbundle/core';
import { z } from 'zod';
import type { ContainerSetting } from './jobs/runners/container-args.ts';

const inspectedSchema = z.looseObject({
  Image: z.string(),
  Config: z.looseObject({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
  Mounts: z.array(
    z.looseObject({
      Type: z.string(),
      Name: z.string().optional(),
      Source: z.string(),
      Destination: z.string(),
    }),
  ),
});

/** Labels of the backend's container that its jobs get too: Docker Desktop groups and hides containers by them. */
const PASSED_ON = [
  'com.docker.compose.project',
  'com.docker.desktop.extension',
  'com.docker.desktop.extension.name',
];

/**
 * Asks the engine what the container of this process is made of. Throws REFUSED or UNSUPPORTED where this is no
 * container, or the engine is another's.
 */
export async function ownContainer(env: DockerEnvironment): Promise<ContainerSetting> {
  const args = ['container', 'inspect', '--format={{json .}}', '--', await ownId()];
  const { exitCode, stdout, stderr } = await runDocker(args, { env });
  if (exitCode !== 0)
    throw new XbundleError(
      'REFUSED',
      `asking the engine for the backend's own container: ${complaintOf(stderr)}`,
    );
  const { Config, Mounts } = inspectedSchema.parse(JSON.parse(stdout));
  const data = Mounts.find(({ Destination, Type }) => Destination === '/data' && Type === 'volume');
  const socket = Mounts.find(({ Destination }) => Destination === '/var/run/docker.sock');
  if (socket === undefined)
    throw new XbundleError('UNSUPPORTED', "the engine's socket is not mounted at /var/run/docker.sock");
  const labels = Object.entries(Config.Labels ?? {}).filter(([name]) => PASSED_ON.includes(name));
  return {
    image: Config.Image,
    ...(data?.Name !== undefined && { volume: data.Name }),
    socket: socket.Source,
    ...ownUser(),
    labels: {
      'com.docker.desktop.extension': 'true',
      'com.docker.desktop.extension.name': 'xbundle',
      ...Object.fromEntries(labels),
    },
  };
}

/** By the files that the engine mounts into each container; one with the host's network has the host's name. */
async function ownId(): Promise<string> {
  try {
    const mounts = await readFile('/proc/self/mountinfo', 'utf8');
    return /\/containers\/([0-9a-f]{64})\//.exec(mounts)?.[1] ?? hostname();
  } catch {
    return hostname();
  }
}

/** Jobs run as whoever the backend runs as: both write to the volume. */
function ownUser(): Pick<ContainerSetting, 'user' | 'groups'> {
  const { getuid, getgid, getgroups } = process;
  if (getuid === undefined || getgid === undefined || getuid() === 0) return {};
  return { user: `${getuid()}:${getgid()}`, groups: (getgroups?.() ?? []).map(String) };
}
