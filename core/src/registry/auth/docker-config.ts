import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, systemCode, XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { parseWith, type OnProgress } from '../../model/index.ts';
import { askCredentialHelper } from './credential-helper.ts';
import type { Credentials, CredentialsProvider } from './credentials.ts';
import type { Environment } from '../http/proxy.ts';

export interface DockerCredentialsOptions {
  /** Where DOCKER_CONFIG, HOME's default aside, and PATH are read. */
  readonly environment: Environment;
  /** Told when a credential helper is configured but not installed. */
  readonly onProgress?: OnProgress | undefined;
}

/** Docker Hub's key in every configuration and helper, since the first registry protocol. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS: readonly string[] = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

const entrySchema = z.looseObject({
  auth: z.string().nullish(),
  username: z.string().nullish(),
  password: z.string().nullish(),
  identitytoken: z.string().nullish(),
});

const configSchema = z.looseObject({
  auths: z.record(z.string(), entrySchema).nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

type DockerConfig = z.infer<typeof configSchema>;
type AuthEntry = z.infer<typeof entrySchema>;

/**
 * The credentials of `docker login`: $DOCKER_CONFIG/config.json or ~/.docker/config.json, read when first asked.
 * A helper for the very host wins over the store, and both over credentials in the file. Rejects with
 * DEFINITION_INVALID for a file that is no Docker configuration, FILE_SYSTEM for one that cannot be read and
 * UNAUTHORIZED for a helper that fails. No value is ever quoted.
 */
export function dockerCredentials(options: DockerCredentialsOptions): CredentialsProvider {
  let config: Promise<DockerConfig> | undefined;
  return async (host, { signal } = {}) => {
    config ??= readConfig(configPath(options.environment));
    const { credHelpers, credsStore, auths } = await config;
    const helper = entryFor(credHelpers ?? {}, host) ?? credsStore ?? '';
    if (helper !== '') {
      const server = DOCKER_HUB_HOSTS.includes(host) ? DOCKER_HUB_KEY : host;
      const found = await askCredentialHelper(helper, server, { ...options, signal });
      if (found !== undefined) return found;
    }
    return readEntry(entryFor(auths ?? {}, host), host);
  };
}

function configPath(environment: Environment): string {
  return join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
}

async function readConfig(path: string): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return {};
    throw new XbundleError('FILE_SYSTEM', `reading the logins in ${path}: ${messageOf(cause)}`, { cause });
  }
  const context = { what: `the logins in ${path}`, code: 'DEFINITION_INVALID' as const };
  // A cause of JSON.parse would quote the text around the error, which may be a password.
  if (text.length > LIMITS.definitionBytes) throw invalid(path, 'it is too large');
  return parseWith(configSchema, parseJson(text, path), context);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(path, 'it is not JSON');
  }
}

function invalid(path: string, reason: string): XbundleError {
  return new XbundleError('DEFINITION_INVALID', `reading the logins in ${path}: ${reason}`);
}

/** The entry for exactly this host, under any key that Docker has ever written for it. */
function entryFor<T>(entries: Readonly<Record<string, T>>, host: string): T | undefined {
  const names = DOCKER_HUB_HOSTS.includes(host) ? DOCKER_HUB_HOSTS : [host];
  const keys = DOCKER_HUB_HOSTS.includes(host) ? [DOCKER_HUB_KEY] : [];
  for (const name of names) {
    keys.push(name, `https://${name}`, `http://${name}`);
    for (const path of ['/', '/v1', '/v1/', '/v2', '/v2/']) {
      keys.push(`${name}${path}`, `https://${name}${path}`, `http://${name}${path}`);
    }
  }
  const key = keys.find((candidate) => Object.hasOwn(entries, candidate));
  return key === undefined ? undefined : entries[key];
}

function readEntry(entry: AuthEntry | undefined, host: string): Credentials | undefined {
  if (entry === undefined) return undefined;
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken };
  if (entry.auth) return decodeAuth(entry.auth, host);
  if (!entry.username) return undefined;
  return { kind: 'password', username: entry.username, password: entry.password ?? '' };
}

function decodeAuth(auth: string, host: string): Credentials {
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon > 0) {
    return { kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  throw new XbundleError(
    'DEFINITION_INVALID',
    `reading the login for ${host}: its "auth" is not a user name and a password in base64`,
  );
}
