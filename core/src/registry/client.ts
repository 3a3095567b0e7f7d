import { LIMITS } from '../limits.ts';
import type { OnProgress, Reference } from '../model/index.ts';
import { RegistryConnection } from './connection.ts';
import { createConnections } from './http/connections.ts';
import type { CredentialsProvider } from './auth/credentials.ts';
import { DocumentCache } from './pull/document-cache.ts';
import { registryUrl } from './http/origin.ts';
import type { Environment } from './http/proxy.ts';
import { Repository } from './repository.ts';
import type { RetryPolicy } from './http/retry.ts';
import { Transport } from './http/transport.ts';

export interface RegistryOptions {
  /** Hosts, with or without their port, spoken to without TLS. Loopback hosts are by default. */
  readonly plainHttp?: readonly string[] | undefined;
  /** Loopback hosts that speak TLS all the same. */
  readonly tls?: readonly string[] | undefined;
  /** PEM files with certificates trusted besides Node's own. */
  readonly caFiles?: readonly string[] | undefined;
  /** Asked when a registry wants a login; anonymous by default. `dockerCredentials` is the usual one. */
  readonly credentials?: CredentialsProvider | undefined;
  /** Hosts (with a port unless it is 443) that may issue tokens for any registry, beyond the known ones. */
  readonly trustRealms?: readonly string[] | undefined;
  /** Where proxies and NODE_EXTRA_CA_CERTS are read; none by default. */
  readonly environment?: Environment | undefined;
  /** Connections to one origin; default 8. */
  readonly connections?: number | undefined;
  readonly userAgent?: string | undefined;
  /** Default `LIMITS.noProgressMs`. */
  readonly noProgressMs?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** Gets retries and notes of everything that has no listener of its own. */
  readonly onProgress?: OnProgress | undefined;
}

const DEFAULT_POLICY: RetryPolicy = {
  attempts: LIMITS.attempts,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  totalMs: LIMITS.retryTotalMs,
};

/** Manifests and configs kept in memory, in bytes. */
const DOCUMENTS_BYTES = 16_777_216;

/** The connections, logins and documents that sources and targets of one run share. */
export class RegistryClient {
  /** Verified manifests and configs. */
  readonly documents: DocumentCache = new DocumentCache(DOCUMENTS_BYTES);
  readonly #options: RegistryOptions;
  readonly #transport: Transport;
  readonly #registries: Map<string, RegistryConnection> = new Map();

  constructor(options: RegistryOptions) {
    this.#options = options;
    const { environment = {}, caFiles = [], connections = 8 } = options;
    const settings = { environment, caFiles, connections };
    this.#transport = new Transport({
      connections: createConnections(settings),
      uploads: createConnections(settings),
      noProgressMs: options.noProgressMs ?? LIMITS.noProgressMs,
      userAgent: options.userAgent ?? 'xbundle',
    });
  }

  /** The registry that references call `host`. Nothing is sent. */
  registry(host: string): RegistryConnection {
    const known = this.#registries.get(host);
    if (known !== undefined) return known;
    const url = registryUrl(host, this.#options);
    const { retry, trustRealms, credentials, onProgress } = this.#options;
    const connection = new RegistryConnection({ host, url }, (request) => this.#transport.send(request), {
      policy: { ...DEFAULT_POLICY, ...retry },
      trustedRealms: trustRealms ?? [],
      credentials: credentials ?? (() => Promise.resolve(undefined)),
      onProgress,
    });
    this.#registries.set(host, connection);
    return connection;
  }

  repository({ registry, repository }: Reference): Repository {
    return new Repository(this.registry(registry), repository);
  }

  /** Closes all connections at once; what is under way fails. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

/**
 * A client for any number of registries. Throws FILE_SYSTEM or USAGE for CA files and proxy settings that
 * cannot be used. The caller closes it.
 */
export function createRegistryClient(options: RegistryOptions = {}): RegistryClient {
  return new RegistryClient(options);
}
