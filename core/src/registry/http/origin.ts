import { isLoopback } from './addresses.ts';

/** Docker Hub's name in references, and the host that serves its images. */
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_HOST = 'registry-1.docker.io';

export interface OriginOptions {
  /** Hosts, with or without their port, that are spoken to without TLS. Loopback hosts are, unless in `tls`. */
  readonly plainHttp?: readonly string[] | undefined;
  /** Loopback hosts that do speak TLS. */
  readonly tls?: readonly string[] | undefined;
}

/** Where the registry that references call `host` is reached: scheme, host and port, without a path. */
export function registryUrl(host: string, { plainHttp = [], tls = [] }: OriginOptions = {}): URL {
  const url = new URL(`https://${host === DOCKER_HUB ? DOCKER_HUB_HOST : host}`);
  const isPlain = names(plainHttp, host) || (isLoopback(url) && !names(tls, host));
  return isPlain ? new URL(`http://${host}`) : url;
}

function names(list: readonly string[], host: string): boolean {
  return list.includes(host) || list.includes(host.replace(/:\d+$/, ''));
}

/** What a user types to log in. */
export function loginCommand(host: string): string {
  return host === DOCKER_HUB ? 'docker login' : `docker login ${host}`;
}
