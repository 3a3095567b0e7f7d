import { homedir } from 'node:os';
import { join } from 'node:path';
import { redactUrl, XbundleError } from '../errors.ts';
import { contextEndpoint, currentContext, type ContextEndpoint } from './docker-context.ts';
import { type TlsFiles } from './tls-files.ts';

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

export interface EndpointOptions {
  /** `unix://…`, `npipe://…`, `tcp://…`, `http(s)://…` or `ssh://…`; goes before everything else. */
  readonly host?: string | undefined;
  /** A Docker context; goes before the environment. */
  readonly context?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
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
  const configDirectory = env.DOCKER_CONFIG || join(options.home ?? homedir(), '.docker');
  const parse = (host: string, chosenBy: string): EngineEndpoint =>
    parseEndpoint(host, { chosenBy, ...optionalTls(environmentTls(env, configDirectory)) });
  if (options.host) return parse(options.host, '--host');
  if (!options.context && env.DOCKER_HOST) return parse(env.DOCKER_HOST, 'DOCKER_HOST');
  const name = options.context || env.DOCKER_CONTEXT || (await currentContext(configDirectory));
  if (name !== undefined && name !== 'default') return contextToEndpoint(configDirectory, name);
  return parse(defaultHost(options.operatingSystem ?? process.platform), 'default');
}

function defaultHost(operatingSystem: NodeJS.Platform): string {
  return operatingSystem === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
}

/** Docker's rules: `DOCKER_TLS_VERIFY` or `DOCKER_TLS` turn TLS on, the former with verification. */
function environmentTls(env: NonNullable<EndpointOptions['env']>, configDirectory: string): TlsFiles | undefined {
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
  return parseEndpoint(context.host, { chosenBy: `context ${name}`, ...optionalTls(context.tls) });
}

function optionalTls(tls: TlsFiles | undefined): { tls?: TlsFiles } {
  return tls === undefined ? {} : { tls };
}

/** Reads an engine's address. TLS files matter to `tcp://` and `https://` only. Throws USAGE. */
export function parseEndpoint(host: string, by: { chosenBy: string; tls?: TlsFiles }): EngineEndpoint {
  const { chosenBy, tls } = by;
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  const label = scheme === 'unix' || scheme === 'npipe' ? host : redactUrl(host);
  switch (scheme) {
    case 'unix':
      if (!rest.startsWith('/')) throw unusable(label, chosenBy);
      return { label, chosenBy, transport: { kind: 'socket', path: rest } };
    case 'npipe':
      return { label, chosenBy, transport: { kind: 'socket', path: rest.replaceAll('/', '\\') } };
    case 'ssh':
      if (!URL.canParse(host)) throw unusable(label, chosenBy);
      return { label, chosenBy, transport: { kind: 'ssh', url: host } };
    case 'tcp':
    case 'http':
    case 'https':
      return parseTcp(host, by);
    default:
      throw unusable(label, chosenBy);
  }
}

/** `tcp://` without a port means 2375, or 2376 with TLS; without a host it means this machine. */
function parseTcp(host: string, { chosenBy, tls }: { chosenBy: string; tls?: TlsFiles }): EngineEndpoint {
  const text = host.replace(/^([a-z]+:\/\/)(?=:|$)/, '$1127.0.0.1');
  const files = tls ?? (text.startsWith('https:') ? { verify: true } : undefined);
  const scheme = files === undefined ? 'http' : 'https';
  const http = text.replace(/^[a-z]+/, scheme);
  if (!URL.canParse(http)) throw unusable(redactUrl(host), chosenBy);
  const url = new URL(http);
  const implied = text.startsWith('tcp:') ? (files === undefined ? ':2375' : ':2376') : '';
  const hasPort = /:\d+$/.test(text.replace(/^[a-z]+:\/\//, '').split('/')[0] ?? '');
  const authority = hasPort || url.port !== '' ? url.host : `${url.hostname}${implied}`;
  const basePath = url.pathname.replace(/\/+$/, '');
  return {
    label: `${text.slice(0, text.indexOf(':'))}://${authority}${basePath}`,
    chosenBy,
    transport: {
      kind: 'tcp',
      origin: `${scheme}://${authority}`,
      basePath,
      ...optionalTls(files),
    },
  };
}

function unusable(label: string, chosenBy: string): XbundleError {
  return new XbundleError(
    'USAGE',
    `finding the Docker Engine: ${chosenBy} says ${JSON.stringify(label)}; want unix://PATH, npipe://PATH, tcp://HOST:PORT, http(s)://HOST:PORT or ssh://HOST`,
  );
}
