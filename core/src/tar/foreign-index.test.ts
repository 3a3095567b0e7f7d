import { execFile } from 'node:child_process';
import { open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rawGnuLong, rawPax, rawTar, rawTarEntry } from '../testing/images/raw-tar.ts';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { tarContents } from '../testing/images/tar-contents.ts';
import { indexTar } from './foreign-index.ts';

const scratch = await useScratchFolder();

const base256 = (...bytes: number[]): Uint8Array =>
  Uint8Array.from([...Array<number>(12 - bytes.length).fill(0), ...bytes]).map((byte, at) =>
    at === 0 ? 0x80 : byte,
  );
const long = `${'d'.repeat(60)}/`.repeat(5) + 'file';

describe('indexTar', () => {
  it.each<[string, Buffer, Record<string, string>]>([
    ['an empty archive', rawTar(), {}],
    ['ustar files', rawTar({ name: 'a', content: 'x' }, { name: 'b/c' }), { a: 'x', 'b/c': '' }],
    ['a ustar prefix', rawTar({ name: 'b', prefix: 'a/c', content: 'x' }), { 'a/c/b': 'x' }],
    ['v7 files', rawTar({ name: 'a', type: '\0', magic: '', content: 'x' }), { a: 'x' }],
    ['v7 directories', rawTar({ name: 'a/', type: '\0', magic: '' }), {}],
    ['a leading ./', rawTar({ name: './', type: '5' }, { name: './a', content: 'x' }), { a: 'x' }],
    [
      'a PAX path and size',
      rawTar(rawPax({ path: long, mtime: '1.5' }), { name: 'a', content: 'x' }),
      { [long]: 'x' },
    ],
    [
      'a PAX size where the header has none',
      rawTar(rawPax({ size: '1' }), { name: 'a', content: 'x', sizeField: '0'.repeat(11) }),
      { a: 'x' },
    ],
    [
      'a harmless global header',
      rawTar(rawPax({ comment: 'c' }, 'g'), { name: 'a', content: 'x' }),
      { a: 'x' },
    ],
    [
      'a GNU long name',
      rawTar(rawGnuLong(long), { name: 'a', content: 'x', magic: 'ustar  \0' }),
      { [long]: 'x' },
    ],
    ['a base-256 size', rawTar({ name: 'a', content: 'x', sizeField: base256(1) }), { a: 'x' }],
    [
      'a symbolic link to a file beside',
      rawTar(
        { name: '1/layer.tar', content: 'x' },
        { name: '2/layer.tar', type: '2', linkName: '../1/layer.tar' },
      ),
      { '1/layer.tar': 'x', '2/layer.tar': 'x' },
    ],
    [
      'a hard link to a file that comes later',
      rawTar({ name: '2/b', type: '1', linkName: '1/a' }, { name: '1/a', content: 'x' }),
      { '2/b': 'x', '1/a': 'x' },
    ],
    [
      'a file given twice with equal bytes',
      rawTar({ name: 'a', content: 'x' }, { name: 'b' }, { name: './a', content: 'x' }),
      { a: 'x', b: '' },
    ],
    [
      'a link given twice',
      rawTar(
        { name: 'a' },
        { name: 'b', type: '2', linkName: 'a' },
        { name: 'b', type: '2', linkName: './a' },
      ),
      { a: '', b: '' },
    ],
    [
      'a PAX link path',
      rawTar({ name: 'a' }, rawPax({ linkpath: 'a' }), { name: 'b', type: '2', linkName: 'z' }),
      { a: '', b: '' },
    ],
    ['zero padding after the end', Buffer.concat([rawTar({ name: 'a' }), Buffer.alloc(10_240)]), { a: '' }],
  ])('reads %s', async (_, bytes, expected) => {
    expect(await tarContents(scratch, bytes)).toEqual(expected);
  });

  it('reads only headers: a sparse file of 40 GB takes no time', async () => {
    const path = scratch.fresh();
    const size = 20 * 2 ** 30;
    const handle = await open(path, 'w');
    const second = 1536 + size;
    const header = (name: string): Buffer =>
      Buffer.concat([rawPax({ size: size.toString() }), rawTarEntry({ name, sizeField: '0'.repeat(11) })]);
    await handle.write(header('a'), 0, null, 0);
    await handle.write(header('b'), 0, null, second);
    await handle.close();
    await truncate(path, 2 * second + 1024);
    const index = await indexTar(path);
    expect([...index]).toEqual([
      ['a', { offset: 1536, size, isLink: false }],
      ['b', { offset: second + 1536, size, isLink: false }],
    ]);
  }, 5000);

  it('leaves a handle it was given open', async () => {
    const handle = await open(await scratch.save(rawTar({ name: 'a' })));
    expect([...(await indexTar(handle)).keys()]).toEqual(['a']);
    await handle.close();
  });

  it('stops at once when aborted', async () => {
    const path = await scratch.save(rawTar({ name: 'a' }));
    const signal = AbortSignal.abort();
    await expect(indexTar(path, { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('does not wait for the writer of a named pipe', async () => {
    const path = scratch.fresh();
    await promisify(execFile)('mkfifo', [path]);
    await expect(indexTar(path)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  });

  it.each(['', 'absent.tar'])('refuses the path "%s", which is no file', async (name) => {
    await expect(indexTar(join(scratch.path, name))).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  });
});
