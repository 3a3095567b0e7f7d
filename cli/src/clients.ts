import {
  createEngineClient,
  createRegistryClient,
  dockerCredentials,
  resolveEndpoint,
  type EngineClient,
  type RegistryClient,
  type SourceClients,
} from '@xbundle/core';
import type { Io } from './io.ts';
import type { ClientFlags } from './options.ts';
import { parseCount } from './source-choice.ts';

/** Registry and engine clients made when first asked for; `close` ends those that were. */
export interface Clients extends SourceClients {
  close(): Promise<void>;
}

export function createClients(flags: ClientFlags, io: Io, version: string): Clients {
  let registry: RegistryClient | undefined;
  let engine: EngineClient | undefined;
  return {
    registry: () =>
      (registry ??= createRegistryClient({
        plainHttp: flags.plainHttp,
        caFiles: flags.caFile,
        trustRealms: flags.trustRealm,
        credentials: dockerCredentials({ environment: io.env }),
        environment: io.env,
        noProgressMs: parseCount('--timeout', flags.timeout) * 1000,
        userAgent: `xbundle/${version}`,
      })),
    engine: async () =>
      (engine ??= createEngineClient(
        await resolveEndpoint({ env: io.env, ...(flags.host !== undefined && { host: flags.host }) }),
      )),
    close: async () => {
      await registry?.close();
      await engine?.close();
    },
  };
}
