import { expect, it } from 'vitest';
import { isIgnoredFile, parseLintConfig } from '../index.ts';

it.each([
  ['Dockerfile.dev', 'Dockerfile.dev', true],
  ['Dockerfile.dev', 'app/Dockerfile.dev', true],
  ['*.dev', 'app/Dockerfile.dev', true],
  ['app/*', 'app/Dockerfile', true],
  ['app', 'app/x/Dockerfile', true],
  ['app/', 'app/x/Dockerfile', true],
  ['**/test/**', 'a/test/b/Dockerfile', true],
  ['**/test/**', 'test/Dockerfile', true],
  ['./app/Dockerfile', 'app/Dockerfile', true],
  ['app/*', 'other/app/Dockerfile', false],
  ['Dockerfile', 'Dockerfile.dev', false],
  ['Docker?ile', 'Docker/ile', false],
  ['a.b', 'aXb', false],
])('%s for %s: %s', (glob, path, ignored) => {
  const config = parseLintConfig(JSON.stringify({ ignore: [glob] }), 'c.yaml');
  expect(isIgnoredFile(path, config)).toBe(ignored);
});
