import { createRegistryClient, exportBundle, parseReference, XbundleError } from '@xbundle/core';
import { randomIndex, startRegistry, type RegistryAuth, type TestRegistry } from '@xbundle/core/testing';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const LOGIN = { username: 'ann', password: 'correct horse' } as const;

export interface FaultyRegistry {
  readonly registry: TestRegistry;
  /** `HOST/team/app:v1`: two platforms with attestations, each of two layers. */
  readonly name: string;
  /** A DOCKER_CONFIG's `config.json` with the login of `auth`. */
  readonly logins: string;
  /** Writes what an export must give; the registry's faults are to be set after that. */
  writeReference(folder: string): Promise<string>;
}

/** A registry in this process, with one image whose layers have `layerBytes` each. */
export async function startFaultyRegistry(
  layerBytes: number,
  auth?: Pick<RegistryAuth, 'kind'>,
): Promise<FaultyRegistry> {
  const registry = await startRegistry(auth === undefined ? {} : { auth: { ...auth, ...LOGIN } });
  const platforms = ['linux/amd64', 'linux/arm64'];
  registry.push('team/app', 'v1', await randomIndex('faults', platforms, { layerBytes, attestations: true }));
  const name = `${registry.host}/team/app:v1`;
  const login = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
  return {
    registry,
    name,
    logins: JSON.stringify({ auths: { [registry.host]: { auth: login } } }),
    writeReference: (folder) => writeReference(name, join(folder, 'reference.tar')),
  };
}

async function writeReference(name: string, output: string): Promise<string> {
  const client = createRegistryClient({
    credentials: () => Promise.resolve({ kind: 'password', ...LOGIN }),
  });
  const engine = (): Promise<never> => Promise.reject(new XbundleError('UNREACHABLE', 'no engine here'));
  const clients = { registry: () => client, engine };
  try {
    await exportBundle(
      { images: [{ name: parseReference(name) }], from: { kind: 'registry' }, clients },
      output,
    );
  } finally {
    await client.close();
  }
  return output;
}

/** A registry for one row, and a folder with its login (as DOCKER_CONFIG) and the bundle that an export must give. */
export interface FaultCase {
  readonly server: FaultyRegistry;
  readonly folder: string;
  readonly reference: string;
}

export async function makeFaultCase(scratch: string, title: string, layerBytes: number): Promise<FaultCase> {
  const folder = join(scratch, title.replace(/[^a-z0-9]+/gi, '-'));
  await mkdir(folder);
  const server = await startFaultyRegistry(layerBytes, { kind: 'bearer' });
  await writeFile(join(folder, 'config.json'), server.logins);
  const reference = await server.writeReference(folder);
  server.registry.clearRequests();
  return { server, folder, reference };
}
