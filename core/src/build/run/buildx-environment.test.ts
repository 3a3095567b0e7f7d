import { expect, it } from 'vitest';
import { buildxEnvironment } from './buildx-environment.ts';

it.each<readonly [string, Readonly<Record<string, string>>, string, string | undefined]>([
  ['without provenance', {}, 'false', 'false'],
  ['with provenance', {}, 'mode=max', undefined],
  ['where labels from git are asked for', { BUILDX_GIT_LABELS: 'full' }, 'false', undefined],
  ['where they are asked for by name', { BUILDX_GIT_INFO: 'true' }, 'false', 'true'],
])('asks git only for what is used: %s', (title, env, provenance, expected) => {
  expect(buildxEnvironment(env, { provenance })['BUILDX_GIT_INFO'], title).toBe(expected);
});
