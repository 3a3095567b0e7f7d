import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const labelSchema = z.strictObject({
  rule: z.string().regex(/^XB\d{3}$/),
  line: z.int().positive(),
  /** Whether the finding is right: what it says is so, and worth what its severity says. */
  right: z.boolean(),
  why: z.string().min(1),
});

const entrySchema = z.strictObject({
  /** Whether rules were written or changed with the file in view, or measured by it afterwards. */
  set: z.enum(['tuning', 'holdout']),
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  path: z.string().min(1),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** Of the content that was labelled; the oldest entries have none. */
  sha256: z.exactOptional(z.string().regex(/^[0-9a-f]{64}$/)),
  labels: z.array(labelSchema),
});

/** One public Dockerfile, by name only: its text is fetched, never kept. */
export type CorpusEntry = z.infer<typeof entrySchema>;

export const SETS: readonly CorpusEntry['set'][] = ['tuning', 'holdout'];

const PER_OWNER = 2;

/** The list beside this file. Throws for one that is not as it should be, two entries of one owner at most. */
export async function readCorpus(): Promise<readonly CorpusEntry[]> {
  const text = await readFile(new URL('corpus.json', import.meta.url), 'utf8');
  const entries = z.array(entrySchema).parse(JSON.parse(text));
  const perOwner = new Map<string, number>();
  for (const { repo } of entries) {
    const owner = repo.split('/')[0]?.toLowerCase() ?? '';
    const count = (perOwner.get(owner) ?? 0) + 1;
    if (count > PER_OWNER) throw new Error(`corpus.json has more than two files of ${owner}`);
    perOwner.set(owner, count);
  }
  return entries;
}
