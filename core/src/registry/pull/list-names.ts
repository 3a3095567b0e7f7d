import { z } from 'zod';
import type { CallOptions } from '../../content/index.ts';
import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { RegistryConnection } from '../connection.ts';
import type { HttpResponse } from '../http/http.ts';
import type { Repository } from '../repository.ts';

/** Names that a registry told, in its order. */
export interface ListedNames {
  readonly names: readonly string[];
  /** There are more than `LIMITS.registryNames`. */
  readonly cut: boolean;
}

/** One list of a registry: where it starts, and where names stand in its pages. */
interface NameList {
  readonly path: string;
  readonly field: 'tags' | 'repositories';
  readonly scopes: readonly string[];
  readonly what: string;
}

/**
 * The tags of a repository, without asking what they point to. Throws NOT_FOUND for a repository that is not there,
 * and what else a registry may answer.
 */
export function listTags(repository: Repository, options: CallOptions = {}): Promise<ListedNames> {
  const { connection, path, pull, name } = repository;
  const list = { path: `/v2/${path}/tags/list`, field: 'tags', scopes: pull } as const;
  return listNames(connection, { ...list, what: `listing the tags of ${name}` }, options);
}

/**
 * The repositories of a registry. Many registries tell nobody: that is UNAUTHORIZED, NOT_FOUND or REFUSED, and a
 * repository has to be named instead.
 */
export function listRepositories(
  connection: RegistryConnection,
  options: CallOptions = {},
): Promise<ListedNames> {
  const list = { path: '/v2/_catalog', field: 'repositories', scopes: ['registry:catalog:*'] } as const;
  const what = `listing the repositories of ${connection.host} (where it does not tell them, name one)`;
  return listNames(connection, { ...list, what }, options);
}

async function listNames(
  connection: RegistryConnection,
  list: NameList,
  { signal }: CallOptions,
): Promise<ListedNames> {
  const { path, scopes, what } = list;
  const names: string[] = [];
  let url: URL | undefined = connection.endpoint(path);
  url.searchParams.set('n', String(PAGE));
  while (url !== undefined && names.length < LIMITS.registryNames) {
    const { response, bytes } = await connection.read({ method: 'GET', url, scopes, what, signal }, [200]);
    const page = readPage(bytes, list);
    names.push(...page);
    // A registry whose pages stay empty would be asked for ever.
    url = page.length === 0 ? undefined : nextPage(response, connection, what);
  }
  return {
    names: names.slice(0, LIMITS.registryNames),
    cut: url !== undefined || names.length > LIMITS.registryNames,
  };
}

const PAGE = 1_000;

/** A repository without tags says `null` in some registries. */
const pageSchema = z.looseObject({
  tags: z.array(z.string()).nullish(),
  repositories: z.array(z.string()).nullish(),
});

function readPage(bytes: Uint8Array, { field, what }: NameList): readonly string[] {
  try {
    return pageSchema.parse(JSON.parse(Buffer.from(bytes).toString()))[field] ?? [];
  } catch (cause) {
    throw new XbundleError('REMOTE_INVALID', `${what}: the answer is no list of names`, { cause });
  }
}

/** What `Link: <…>; rel="next"` points to; only pages of the same registry are followed. */
function nextPage(
  { headers, url }: HttpResponse,
  connection: RegistryConnection,
  what: string,
): URL | undefined {
  const link = headers.get('link') ?? '';
  const [, target] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link) ?? [];
  if (target === undefined) return undefined;
  if (!URL.canParse(target, url.href))
    throw new XbundleError('REMOTE_INVALID', `${what}: the address of the next page cannot be read`);
  const next = new URL(target, url);
  if (next.origin === connection.url.origin) return next;
  throw new XbundleError(
    'REMOTE_INVALID',
    `${what}: the next page is said to be at another host, ${next.host}`,
  );
}
