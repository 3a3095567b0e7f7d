import { afterAll, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../model/index.ts';
import { createRegistryClient, RegistryTarget } from '../index.ts';

const client = createRegistryClient();
afterAll(() => client.close());

it.each([
  ['registry.corp', 'nginx:1', 'registry.corp/library/nginx:1'],
  ['registry.corp:5000', 'ghcr.io/a/b:v1', 'registry.corp:5000/a/b:v1'],
  ['registry.corp/mirror/x/', 'ghcr.io/a/b', 'registry.corp/mirror/x/a/b:latest'],
  ['localhost:5000/p', `a/b@sha256:${'a'.repeat(64)}`, `localhost:5000/p/a/b:sha256-${'a'.repeat(64)}`],
  ['registry.corp', `a/b:v1@sha256:${'a'.repeat(64)}`, 'registry.corp/a/b:v1'],
  ['docker.io/me', 'ghcr.io/b:v1', 'docker.io/me/b:v1'],
])('%s puts %s at %s', (location, name, found) => {
  const located = new RegistryTarget(client, location).locate(parseReference(name));
  expect(formatReference(located)).toBe(found);
});

it.each(['', 'registry', 'registry/path', 'Registry.corp/UPPER', 'a.b/x:tag', 'https://a.b', 'a.b//c'])(
  '"%s" is refused',
  (location) => {
    expect(() => new RegistryTarget(client, location)).toThrow(
      expect.objectContaining({ code: 'REFERENCE_INVALID' }),
    );
  },
);

it('is said in the facts', async () => {
  const facts = await new RegistryTarget(client, 'registry.corp/mirror').facts();
  expect(facts).toEqual({ kind: 'registry', label: 'registry registry.corp/mirror', holdsIndexes: true });
});
