import { open, readFile, type FileHandle } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { writeAt } from './write-at.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

const pieces = (...texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text));

describe('writing pieces at a place', () => {
  it('puts them there one after another, and nowhere else', async () => {
    const path = await scratch.save('................');
    const file = await open(path, 'r+');
    await writeAt(file, pieces('one', '', 'two', 'three'), 2);
    await writeAt(file, [], 0);
    await writeAt(file, pieces(''), 0);
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('..onetwothree...');
  });

  it('takes more pieces than the system takes at once', async () => {
    const path = scratch.fresh();
    const file = await open(path, 'w');
    const many = Array.from({ length: 3000 }, (_, number) => Buffer.from(String(number)));
    await writeAt(file, many, 0);
    await file.close();
    expect((await readFile(path)).equals(Buffer.concat(many))).toBe(true);
  });

  it('goes on when the system writes less than it was given', async () => {
    const path = scratch.fresh();
    const file = await open(path, 'w');
    const reluctant = {
      writev: async (chunks: readonly Uint8Array[], position: number) => {
        const [first = Buffer.alloc(0)] = chunks;
        const { bytesWritten } = await file.write(first, 0, Math.min(first.byteLength, 2), position);
        return { bytesWritten, buffers: chunks };
      },
    } as unknown as FileHandle;
    await writeAt(reluctant, pieces('abcde', 'f', 'ghi'), 3);
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('\0\0\0abcdefghi');
  });
});
