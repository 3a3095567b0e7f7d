import { XbundleError } from '../../errors.ts';
import { isLinkLocal, isPrivateAddress } from '../http/addresses.ts';

/**
 * Registries whose tokens are issued by another host, as their operators document it. Everybody else's realm
 * is on the registry's own host and port, or is trusted by the user.
 */
const TOKEN_HOSTS: Readonly<Record<string, string>> = {
  'registry-1.docker.io': 'auth.docker.io',
  'index.docker.io': 'auth.docker.io',
  'registry.hub.docker.com': 'auth.docker.io',
  'registry.gitlab.com': 'gitlab.com',
  'docker.elastic.co': 'docker-auth.elastic.co',
  'registry.digitalocean.com': 'api.digitalocean.com',
  'lscr.io': 'ghcr.io',
};

export interface RealmRules {
  /** The registry that sent the challenge. */
  readonly registry: URL;
  /** Hosts, with their port unless it is the scheme's own, whose tokens the user trusts. */
  readonly trusted: readonly string[];
}

/**
 * Where tokens are asked for. A realm is the registry's word: followed blindly, it would send credentials to
 * any host and requests into the private network (CVE-2026-48978, CVE-2026-33540). Throws UNAUTHORIZED.
 */
export function checkRealm(realm: string, rules: RealmRules): URL {
  const url = parseRealm(realm, rules);
  const reason = refusal(url, rules);
  if (reason === undefined) return url;
  throw refused(rules, reason, url);
}

function parseRealm(realm: string, rules: RealmRules): URL {
  if (URL.canParse(realm)) return new URL(realm);
  throw refused(rules, 'it names no URL to ask for a token');
}

function refusal(realm: URL, rules: RealmRules): string | undefined {
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:') return 'its scheme is not https';
  if (realm.username !== '' || realm.password !== '') return 'it holds user-info';
  if (realm.protocol === 'http:' && rules.registry.protocol === 'https:') return 'it leaves TLS';
  return hostRefusal(realm, rules);
}

function hostRefusal(realm: URL, { registry, trusted }: RealmRules): string | undefined {
  // First: registries behind the gap are on private addresses and issue their own tokens.
  if (realm.host === registry.host && realm.protocol === registry.protocol) return undefined;
  if (isLinkLocal(realm)) return 'it is a link-local address';
  if (trusted.includes(realm.host)) return undefined;
  if (isPrivateAddress(realm)) return 'it is a private address other than the registry';
  if (realm.protocol === 'https:' && TOKEN_HOSTS[registry.host] === realm.host) return undefined;
  return 'it is another host than the registry';
}

function refused({ registry }: RealmRules, reason: string, realm?: URL): XbundleError {
  const where = realm === undefined ? '' : ` at ${realm.host}`;
  const advice = realm === undefined ? '' : ` If you know that host, give --trust-realm ${realm.host}`;
  return new XbundleError(
    'UNAUTHORIZED',
    `logging in to ${registry.host}: refusing the token service${where} that it names: ${reason}.${advice}`,
  );
}
