/**
 * Configuration of the tools below the estate, so that neither the settings of whoever runs the tests nor
 * those of the machine (/etc/containers, ~/.docker) take part, and nothing is left in the machine's stores.
 */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tooling } from './facts.ts';

export interface ToolConfigurationRequest {
  /** Directory of the estate. */
  readonly directory: string;
  /** Directory of the cached packages. */
  readonly packages: string;
  readonly registryHost: string;
}

/** Writes everything and returns the environment which makes the tools read it. */
export async function writeToolConfiguration(request: ToolConfigurationRequest): Promise<Tooling> {
  const { directory, packages, registryHost } = request;
  const home = join(directory, 'home');
  const dockerConfig = join(home, '.docker');
  await mkdir(dockerConfig, { recursive: true });
  await symlink(join(packages, 'cli-plugins'), join(dockerConfig, 'cli-plugins'));
  const containers = await writeContainersConfiguration(home, { packages, registryHost });
  const environment = {
    HOME: home,
    DOCKER_CONFIG: dockerConfig,
    LD_LIBRARY_PATH: (await libraryDirectories(packages)).join(':'),
    ...containers,
  };
  return { path: join(packages, 'bin'), environment };
}

/** Libraries of the machine's own release which the machine had not installed; Debian names them by triplet. */
async function libraryDirectories(packages: string): Promise<readonly string[]> {
  const root = join(packages, 'root');
  const found = await readdir(root, { withFileTypes: true, recursive: true });
  return found
    .filter((entry) => entry.isDirectory() && /-linux-gnu\w*$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** podman and skopeo: own storage on plain directories, any image accepted, the registry without TLS. */
async function writeContainersConfiguration(
  home: string,
  { packages, registryHost }: { readonly packages: string; readonly registryHost: string },
): Promise<Readonly<Record<string, string>>> {
  const configuration = join(home, '.config/containers');
  const state = join(home, 'podman');
  const text = JSON.stringify;
  await mkdir(configuration, { recursive: true });
  await mkdir(state, { recursive: true });
  const files = {
    // Read from HOME: there is no variable for the policy.
    'policy.json': text({ default: [{ type: 'insecureAcceptAnything' }] }),
    'registries.conf': `[[registry]]\nlocation = ${text(registryHost)}\ninsecure = true\n`,
    'storage.conf': [
      '[storage]',
      'driver = "vfs"',
      `graphroot = ${text(join(state, 'graph'))}`,
      `runroot = ${text(join(state, 'run'))}`,
    ].join('\n'),
    'containers.conf': [
      '[engine]',
      'runtime = "runc"',
      `runtimes = { runc = [${text(join(packages, 'bin/runc'))}] }`,
      `conmon_path = [${text(join(packages, 'bin/conmon'))}]`,
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      // Locks in shared memory would be left in /dev/shm.
      'lock_type = "file"',
      `tmp_dir = ${text(join(state, 'tmp'))}`,
      `static_dir = ${text(join(state, 'static'))}`,
      `volume_path = ${text(join(state, 'volumes'))}`,
      '[network]',
      'network_backend = "cni"',
      `cni_plugin_dirs = [${text(join(packages, 'root/usr/lib/cni'))}]`,
      `network_config_dir = ${text(join(state, 'networks'))}`,
    ].join('\n'),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(configuration, name), `${content}\n`);
  }
  return {
    CONTAINERS_CONF: join(configuration, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(configuration, 'storage.conf'),
    CONTAINERS_REGISTRIES_CONF: join(configuration, 'registries.conf'),
  };
}
