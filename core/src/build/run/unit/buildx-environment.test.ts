import { expect, it } from 'vitest';
import { buildxEnvironment } from './buildx-environment.ts';

interface Case {
  readonly env: Readonly<Record<string, string>>;
  readonly provenance: string;
  readonly expected: string | undefined;
}

it.each<readonly [string, Case]>([
  ['without provenance', { env: {}, provenance: 'false', expected: 'false' }],
  ['with provenance', { env: {}, provenance: 'mode=max', expected: undefined }],
  [
    'where labels from git are asked for',
    { env: { BUILDX_GIT_LABELS: 'full' }, provenance: 'false', expected: undefined },
  ],
  [
    'where it is asked for by name',
    { env: { BUILDX_GIT_INFO: 'true' }, provenance: 'false', expected: 'true' },
  ],
])('asks git only for what is used: %s', (title, { env, provenance, expected }) => {
  expect(buildxEnvironment(env, { provenance })['BUILDX_GIT_INFO'], title).toBe(expected);
});
