import { describe, expect, it } from 'vitest';
import { readCorpus, SETS } from './corpus.ts';

describe('the corpus', () => {
  it.each(SETS)('names at least 60 files of the set %s', async (set) => {
    const corpus = await readCorpus();
    expect(corpus.filter((entry) => entry.set === set).length).toBeGreaterThanOrEqual(60);
  });

  it('names none twice', async () => {
    const corpus = await readCorpus();
    expect(new Set(corpus.map(({ repo, path }) => `${repo}/${path}`)).size).toBe(corpus.length);
  });

  it('knows the content of every file that is held out', async () => {
    const held = (await readCorpus()).filter(({ set }) => set === 'holdout');
    expect(held.filter(({ sha256 }) => sha256 === undefined)).toEqual([]);
  });
});
