import { homedir } from 'node:os';
import { join } from 'node:path';
import { redactUrl, XbundleError } from '../errors.ts';
import { contextEndpoint, currentContext, type ContextEndpoint } from './docker-context.ts';
import type { TlsFiles } from './tls-files.ts';

export type EngineTransport =
  /** A unix socket, or on Windows a named pipe. */
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly origin: string; readonly basePath: string; readonly tls?: TlsFiles }
  /** Reached through `docker system dial-stdio`, so that ssh's own settings and agent apply. */
  | { readonly kind: 'ssh'; readonly url: string };

/** Where a Docker Engine listens. */
export interface EngineEndpoint {
  /** For messages; holds no user name. */
  readonly label: string;
  /** What named it: `--host`, `DOCKER_HOST`, `context NAME` or `default`. */
  readonly chosenBy: string;
  readonly transport: EngineTransport;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface EndpointOptions {
  /** `unix://…`, `npipe://…`, `tcp://…`, `http(s)://…` or `ssh://…`; goes before everything else. */
  readonly host?: string | undefined;
  /** A Docker context; goes before the environment. */
  readonly context?: string | undefined;
  readonly env?: Environment;
  /** Where `.docker` lies when `DOCKER_CONFIG` is not set. */
  readonly home?: string;
  readonly operatingSystem?: NodeJS.Platform;
}

/**
 * The engine that the Docker CLI would use: the given host or context, then `DOCKER_HOST`, `DOCKER_CONTEXT`, the
 * current context of `config.json`, then the platform's default socket. Reads files, opens no connection.
 * Throws USAGE for an address that is none, NOT_FOUND for a context that does not exist, DEFINITION_INVALID for
 * unreadable Docker settings.
 */
export async function resolveEndpoint(options: EndpointOptions = {}): Promise<EngineEndpoint> {
  const env = options.env ?? process.env;
  const directory = env.DOCKER_CONFIG || join(options.home ?? homedir(), '.docker');
  const tls = environmentTls(env, directory);
  if (options.host) return parseEndpoint(options.host, { chosenBy: '--host', tls });
  const context = options.context || (await environmentContext(env, directory));
  if (context !== undefined) return contextToEndpoint(directory, context);
  if (env.DOCKER_HOST) return parseEndpoint(env.DOCKER_HOST, { chosenBy: 'DOCKER_HOST', tls });
  return parseEndpoint(defaultHost(options.operatingSystem), { chosenBy: 'default', tls });
}

/** The context in use; undefined when `DOCKER_HOST` goes before it, or when it is `default`, which has no file. */
async function environmentContext(env: Environment, directory: string): Promise<string | undefined> {
  if (env.DOCKER_HOST) return undefined;
  const name = env.DOCKER_CONTEXT || (await currentContext(directory));
  return name === 'default' ? undefined : name;
}

function defaultHost(operatingSystem: NodeJS.Platform = process.platform): string {
  return operatingSystem === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
}

/** Docker's rules: `DOCKER_TLS_VERIFY` or `DOCKER_TLS` turn TLS on, the former with verification. */
function environmentTls(env: Environment, configDirectory: string): TlsFiles | undefined {
  if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_TLS) return undefined;
  const directory = env.DOCKER_CERT_PATH || configDirectory;
  return {
    ca: join(directory, 'ca.pem'),
    cert: join(directory, 'cert.pem'),
    key: join(directory, 'key.pem'),
    verify: Boolean(env.DOCKER_TLS_VERIFY),
  };
}

async function contextToEndpoint(configDirectory: string, name: string): Promise<EngineEndpoint> {
  const context: ContextEndpoint = await contextEndpoint(configDirectory, name);
  return parseEndpoint(context.host, { chosenBy: `context ${name}`, tls: context.tls });
}

interface EndpointOrigin {
  readonly chosenBy: string;
  /** Matters to `tcp://`, `http://` and `https://` only. */
  readonly tls?: TlsFiles | undefined;
}

/** Reads an engine's address. Throws USAGE. */
export function parseEndpoint(host: string, by: EndpointOrigin): EngineEndpoint {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.+)$/.exec(host) ?? [];
  const { chosenBy } = by;
  const path = socketPath(scheme, rest);
  if (path !== undefined) return { label: host, chosenBy, transport: { kind: 'socket', path } };
  if (scheme === 'ssh' && URL.canParse(host)) {
    return { label: redactUrl(host), chosenBy, transport: { kind: 'ssh', url: host } };
  }
  if (isTcp(scheme)) return parseTcp(scheme, rest, by);
  throw unusable(host, chosenBy);
}

function socketPath(scheme: string, rest: string): string | undefined {
  if (scheme === 'unix' && rest.startsWith('/')) return rest;
  return scheme === 'npipe' ? rest.replaceAll('/', '\\') : undefined;
}

const PORTS = { tcp: ['2375', '2376'], http: ['80', '443'], https: ['443', '443'] } as const;

function isTcp(scheme: string): scheme is keyof typeof PORTS {
  return Object.hasOwn(PORTS, scheme);
}

/** `tcp://` without a port means 2375, or 2376 with TLS; without a host it means this machine. */
function parseTcp(
  scheme: keyof typeof PORTS,
  rest: string,
  { chosenBy, tls = scheme === 'https' ? { verify: true } : undefined }: EndpointOrigin,
): EngineEndpoint {
  // Only a URL of a scheme without a port of its own tells whether one was given.
  const text = `tcp://${/^[:/]/.test(rest) ? '127.0.0.1' : ''}${rest}`;
  if (!URL.canParse(text)) throw unusable(`${scheme}://${rest}`, chosenBy);
  const { hostname, port, pathname } = new URL(text);
  const authority = `${hostname}:${port || PORTS[scheme][tls === undefined ? 0 : 1]}`;
  const basePath = pathname.replace(/\/+$/, '');
  const origin = `${tls === undefined ? 'http' : 'https'}://${authority}`;
  return {
    label: `${scheme}://${authority}${basePath}`,
    chosenBy,
    transport: { kind: 'tcp', origin, basePath, ...(tls !== undefined && { tls }) },
  };
}

function unusable(host: string, chosenBy: string): XbundleError {
  const label = URL.canParse(host) ? redactUrl(host) : host.replace(/^.*@/, '').slice(0, 80);
  return new XbundleError(
    'USAGE',
    `finding the Docker Engine: ${chosenBy} says ${JSON.stringify(label)}; want unix://PATH, npipe://PATH, tcp://HOST:PORT, http(s)://HOST:PORT or ssh://HOST`,
  );
}
