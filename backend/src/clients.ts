import {
  createEngineClient,
  createRegistryClient,
  dockerCredentials,
  resolveEndpoint,
  type DockerEnvironment,
  type EngineClient,
  type RegistryClient,
} from '@xbundle/core';
import type { BackendClients } from './services.ts';

/** Clients for one environment, as the command line makes them. */
export function createClients(env: DockerEnvironment, version: string): BackendClients {
  let registry: RegistryClient | undefined;
  let engine: EngineClient | undefined;
  return {
    registry: () =>
      (registry ??= createRegistryClient({
        credentials: dockerCredentials({ environment: env }),
        environment: env,
        userAgent: `xbundle/${version}`,
      })),
    engine: async () => (engine ??= createEngineClient(await resolveEndpoint({ env }))),
    close: async () => {
      await registry?.close();
      await engine?.close();
    },
  };
}
