import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { createImage, startRegistry, type TestRegistry } from '../../testing/index.ts';
import { createRegistryClient, listRepositories, listTags, type ListedNames } from '../index.ts';
import type { RegistryClient } from '../client.ts';

let registry: TestRegistry;
let client: RegistryClient;

beforeEach(async () => {
  registry = await startRegistry();
  client = createRegistryClient({ retry: { baseDelayMs: 1 } });
});

afterEach(async () => {
  await client.close();
  await registry.close();
});

function fill(repository: string, tags: readonly string[]): void {
  const image = createImage({ platform: 'linux/amd64', layers: [] });
  for (const tag of tags) registry.push(repository, tag, image);
}

const tagsOf = (repository: string): Promise<ListedNames> =>
  listTags(client.repository({ registry: registry.host, repository }));
const repositories = (): Promise<ListedNames> => listRepositories(client.registry(registry.host));

describe('what a registry has', () => {
  it('are tags and repositories, in its order', async () => {
    fill('team/app', ['v2', 'v1', 'latest']);
    fill('other', ['v1']);
    expect(await tagsOf('team/app')).toEqual({ names: ['latest', 'v1', 'v2'], cut: false });
    expect(await repositories()).toEqual({ names: ['other', 'team/app'], cut: false });
  });

  it('is read page by page, and cut where there is too much of it', async () => {
    const many = Array.from({ length: 2_500 }, (_, at) => `t${String(at).padStart(5, '0')}`);
    fill('team/app', many);
    expect(await tagsOf('team/app')).toEqual({ names: many, cut: false });
    expect(registry.requests.map(({ path }) => path)).toHaveLength(3);
    fill(
      'team/app',
      Array.from({ length: LIMITS.registryNames }, (_, at) => `u${at}`),
    );
    const listed = await tagsOf('team/app');
    expect(listed.cut).toBe(true);
    expect(listed.names).toHaveLength(LIMITS.registryNames);
  });

  it.each([
    ['a repository that is not there', 404, 'NOT_FOUND'],
    ['a registry that tells nobody', 401, 'UNAUTHORIZED'],
    ['a registry that has no such list', 405, 'REFUSED'],
  ] as const)('fails for %s', async (_, status, code) => {
    registry.fault({ action: { type: 'status', status }, times: 5 });
    await expect(repositories()).rejects.toMatchObject({ code });
  });

  it.each([
    ['another document', '[]', undefined],
    ['no JSON', '<html>', undefined],
    ['a page of another host', '{"repositories":["a"]}', '<http://other.example/v2/_catalog>; rel="next"'],
    ['an address that is none', '{"repositories":["a"]}', '<http://[>; rel="next"'],
  ])('is not believed: %s', async (_, body, link) => {
    registry.fault({
      action: { type: 'status', status: 200, body, ...(link !== undefined && { headers: { link } }) },
      times: 5,
    });
    await expect(repositories()).rejects.toMatchObject({ code: 'REMOTE_INVALID' });
  });
});
