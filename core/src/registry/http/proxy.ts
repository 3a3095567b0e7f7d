import { BlockList, isIP } from 'node:net';
import { XbundleError } from '../../errors.ts';
import { isLoopback } from './addresses.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxySettings {
  readonly http: URL | undefined;
  readonly https: URL | undefined;
  /** The entries of NO_PROXY, in lower case. */
  readonly noProxy: readonly string[];
}

/** The proxies that the environment names, in either case; lower case wins. Throws USAGE for what is no URL. */
export function proxySettings(environment: Environment): ProxySettings {
  const noProxy = read(environment, 'no_proxy') ?? '';
  return {
    http: readUrl(environment, 'http_proxy'),
    https: readUrl(environment, 'https_proxy'),
    noProxy: noProxy
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((entry) => entry !== ''),
  };
}

function read(environment: Environment, name: string): string | undefined {
  return environment[name] ?? environment[name.toUpperCase()];
}

function readUrl(environment: Environment, name: string): URL | undefined {
  const text = read(environment, name)?.trim() ?? '';
  if (text === '') return undefined;
  const href = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(href) && /^https?:$/.test(new URL(href).protocol)) return new URL(href);
  // The value may hold a password: it is not quoted.
  throw new XbundleError('USAGE', `reading ${name.toUpperCase()}: it is no http:// or https:// URL`);
}

/**
 * Whether a URL is reached directly: loopback hosts always, and what NO_PROXY lists as Go and curl read it
 * (`*`, a host and its subdomains, a port behind either, an address or a CIDR block).
 */
export function bypassesProxy(url: URL, noProxy: readonly string[]): boolean {
  return isLoopback(url) || noProxy.some((entry) => matches(url, entry));
}

function matches(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (entry.includes('/')) return isInBlock(host, entry);
  const [, name = entry, port] = /^(.+):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

function isInBlock(host: string, block: string): boolean {
  const [network = '', prefix = ''] = block.split('/', 2);
  const family = isIP(network);
  if (family === 0 || isIP(host) === 0 || !/^\d{1,3}$/.test(prefix)) return false;
  if (Number(prefix) > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
