import { expect, it } from 'vitest';
import { readCorpus } from './corpus.ts';

it('the corpus names at least 60 files, none twice', async () => {
  const corpus = await readCorpus();
  expect(corpus.length).toBeGreaterThanOrEqual(60);
  expect(new Set(corpus.map(({ repo, path }) => `${repo}/${path}`)).size).toBe(corpus.length);
});
