import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { messageOf, XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { bypassesProxy, proxySettings, type Environment } from './proxy.ts';

export interface ConnectionOptions {
  /** PEM files with certificates that are trusted besides Node's own roots and NODE_EXTRA_CA_CERTS. */
  readonly caFiles: readonly string[];
  /** Where HTTP_PROXY, HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are read. */
  readonly environment: Environment;
  /** Connections to one origin. */
  readonly connections: number;
}

/** Kept-alive connections to any number of origins. */
export interface Connections {
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean;
  /** Closes all of them at once; what is under way fails. */
  destroy(): Promise<void>;
}

/**
 * The connections of a client, direct or through the environment's proxies. Throws FILE_SYSTEM for a CA file
 * that cannot be read, USAGE for one without certificates and for a proxy that is no URL.
 */
export function createConnections(options: ConnectionOptions): Connections {
  const { http, https, noProxy } = proxySettings(options.environment);
  const settings = connectionSettings(options);
  const direct = new Agent({ ...settings.agent, connect: settings.connect });
  const viaHttp = http === undefined ? direct : viaProxy(http, settings);
  const viaHttps = https === undefined ? direct : viaProxy(https, settings);
  return {
    dispatch: (request, handler) => {
      const url = new URL(request.origin ?? '');
      const proxied = url.protocol === 'https:' ? viaHttps : viaHttp;
      const isDirect = proxied === direct || bypassesProxy(url, noProxy);
      return (isDirect ? direct : proxied).dispatch(request, handler);
    },
    destroy: async () => {
      await Promise.all([...new Set([direct, viaHttp, viaHttps])].map((agent) => agent.destroy()));
    },
  };
}

interface Settings {
  readonly agent: Pick<Agent.Options, 'pipelining' | 'headersTimeout' | 'bodyTimeout'> & {
    readonly connections: number;
  };
  readonly connect: { readonly timeout: number; readonly autoSelectFamily: boolean; readonly ca?: string[] };
}

function connectionSettings({ caFiles, connections, environment }: ConnectionOptions): Settings {
  const ca = trustedCertificates(caFiles, environment);
  const connect = {
    timeout: LIMITS.connectTimeoutMs,
    autoSelectFamily: true,
    ...(ca !== undefined && { ca }),
  };
  return {
    connect,
    // Waiting for a head or a body is the watchdog's, with one timer for all exchanges.
    agent: { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 },
  };
}

function viaProxy(proxy: URL, { agent, connect }: Settings): ProxyAgent {
  return new ProxyAgent({
    ...agent,
    uri: proxy.href,
    // Plain requests are forwarded, not tunnelled: proxies seldom allow CONNECT to any port but 443.
    proxyTunnel: false,
    requestTls: connect,
    proxyTls: connect,
    factory: (origin, options) => new Pool(origin, Object.assign({}, options, agent)),
  });
}

/** Undefined where Node's own default is right: an explicit list replaces it, NODE_EXTRA_CA_CERTS included. */
function trustedCertificates(caFiles: readonly string[], environment: Environment): string[] | undefined {
  if (caFiles.length === 0) return undefined;
  const extra = environment['NODE_EXTRA_CA_CERTS'] ?? '';
  return [...rootCertificates, ...[...(extra === '' ? [] : [extra]), ...caFiles].map(readCertificates)];
}

function readCertificates(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new XbundleError('FILE_SYSTEM', `reading the CA file ${path}: ${messageOf(cause)}`, { cause });
  }
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new XbundleError('USAGE', `reading the CA file ${path}: it holds no certificate in PEM form`, {
      cause,
    });
  }
  return pem;
}
