import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { extract, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { isXbundleError } from '../errors.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { tarContents } from '../testing/images/tar-contents.ts';
import { indexTar } from './foreign-index.ts';

const scratch = await useScratchFolder();

const long = `${'d'.repeat(60)}/`.repeat(5) + 'file';

const component = fc.stringMatching(/^[a-z0-9_-]{1,70}$/);
const entryName = fc
  .tuple(fc.array(component, { maxLength: 4 }), component)
  .map(([path, name]) => [...path, `${name}.f`].join('/'));
const files = fc.uniqueArray(fc.tuple(entryName, fc.uint8Array({ maxLength: 2000 })), {
  selector: ([name]) => name,
  maxLength: 8,
});

async function packed(entries: readonly (readonly [string, Uint8Array])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of entries) tar.entry({ name }, Buffer.from(content));
  tar.finalize();
  return buffer(tar);
}

describe('indexTar against other implementations', () => {
  it('finds what tar-stream packs and extracts', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const bytes = await packed(entries);
        const extracted: Record<string, string> = {};
        const reader = Readable.from([bytes]).pipe(extract() as unknown as NodeJS.ReadWriteStream);
        for await (const entry of reader as unknown as AsyncIterable<
          Readable & { header: { name: string } }
        >) {
          extracted[entry.header.name] = (await buffer(entry)).toString('latin1');
        }
        expect(await tarContents(scratch, bytes)).toEqual(extracted);
        expect(Object.keys(extracted)).toHaveLength(entries.length);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['v7', 'ustar', 'gnu', 'oldgnu', 'pax'])('finds what tar --format=%s writes', async (format) => {
    const names = ['oci-layout', 'blobs/sha256/0123', `d/${'e'.repeat(60)}/f`];
    if (format !== 'v7') names.push(`${'f'.repeat(90)}/${'g'.repeat(90)}`);
    if (format === 'gnu' || format === 'pax') names.push(`${'h'.repeat(120)}/${'i'.repeat(200)}`);
    const root = join(scratch.path, format);
    for (const name of names) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), createHash('sha256').update(name).digest('hex').repeat(20));
    }
    const path = `${root}.tar`;
    await promisify(execFile)('tar', [`--format=${format}`, '-C', root, '-cf', path, '.']);
    const bytes = await readFile(path);
    const found = await tarContents(scratch, bytes);
    expect(Object.keys(found).sort()).toEqual([...names].sort());
    for (const name of names) expect(found[name]).toBe(await readFile(join(root, name), 'latin1'));
  });

  it('reads or refuses whatever a valid archive was changed into', async () => {
    const valid = await packed([
      ['oci-layout', Buffer.from('{}')],
      [long, Buffer.alloc(700, 1)],
      ['blobs/sha256/a', Buffer.alloc(1500, 2)],
    ]);
    const mutations = fc.array(fc.tuple(fc.nat(valid.byteLength - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(mutations, fc.integer({ min: 0, max: valid.byteLength }), async (changes, length) => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        await expectReadOrRefused(bytes);
        await expectReadOrRefused(bytes.subarray(0, length));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses bytes at random', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4096 }), expectReadOrRefused), {
      numRuns: 100,
    });
  });
});

async function expectReadOrRefused(bytes: Uint8Array): Promise<void> {
  try {
    const index = await indexTar(await scratch.save(bytes));
    for (const { offset, size } of index.values()) {
      expect(offset % 512).toBe(0);
      expect(offset + size).toBeLessThanOrEqual(bytes.byteLength);
    }
  } catch (error) {
    if (!isXbundleError(error)) throw error;
    expect([4, 9]).toContain(error.exitCode);
  }
}
