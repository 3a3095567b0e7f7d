import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

describe('unifiedDiff', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-diff-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('says nothing of equal texts', () => {
    expect(unifiedDiff('a', 'x\ny\n', 'x\ny\n')).toEqual([]);
  });

  it('shows three lines around a change, and changes far apart by themselves', () => {
    const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
    const before = `${lines.join('\n')}\n`;
    const after = before.replace('line 3\n', 'changed\n').replace('line 18\n', '');
    expect(unifiedDiff('f', before, after)).toEqual([
      '--- a/f',
      '+++ b/f',
      '@@ -1,7 +1,7 @@',
      ' line 0',
      ' line 1',
      ' line 2',
      '-line 3',
      '+changed',
      ' line 4',
      ' line 5',
      ' line 6',
      '@@ -16,5 +16,4 @@',
      ' line 15',
      ' line 16',
      ' line 17',
      '-line 18',
      ' line 19',
    ]);
  });

  it('is what git applies', async () => {
    const line = fc.constantFrom('a', 'b', 'c', '', '\td');
    const text = fc.tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', ''));
    await fc.assert(
      fc.asyncProperty(text, text, async ([before, end], [after, otherEnd]) => {
        const [old, wanted] = [`x\n${before.join('\n')}${end}`, `x\n${after.join('\n')}${otherEnd}`];
        const diff = unifiedDiff('f', old, wanted);
        fc.pre(diff.length > 0);
        await writeFile(join(folder, 'f'), old);
        const input = `${diff.join('\n')}\n`;
        await execa('git', ['apply', '--whitespace=nowarn', '--unidiff-zero', '-'], { cwd: folder, input });
        expect(await readFile(join(folder, 'f'), 'utf8')).toBe(wanted);
      }),
      { numRuns: 40 },
    );
  });
});
