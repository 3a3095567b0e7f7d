import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEmulator, readEmulators } from './emulators.ts';

/** As the kernel writes an entry. */
function entry(magic: string, { state = 'enabled', flags = 'POF' } = {}): string {
  return `${state}\ninterpreter /usr/libexec/qemu-binfmt/x-binfmt-P\nflags: ${flags}\noffset 0\nmagic ${magic}\nmask ffffffffffffff00fffffffffffffffffeffffff\n`;
}

const ARM64 = '7f454c460201010000000000000000000200b700';

describe('parseEmulator', () => {
  it.each([
    ['arm64', ARM64],
    ['arm', '7f454c4601010100000000000000000002002800'],
    ['riscv64', '7f454c460201010000000000000000000200f300'],
    ['s390x', '7f454c4602020100000000000000000000020016'],
    ['ppc64le', '7f454c4602010100000000000000000002001500'],
    ['386', '7f454c4601010100000000000000000002000300'],
    ['amd64', '7f454c4602010100000000000000000002003e00'],
  ])('knows %s by what it starts', (architecture, magic) => {
    expect(parseEmulator('any-name', entry(magic))).toEqual({
      name: 'any-name',
      architecture,
      enabled: true,
      flags: 'POF',
    });
  });

  it('tells a disabled one, and one without flags', () => {
    expect(parseEmulator('x', entry(ARM64, { state: 'disabled', flags: '' }))).toMatchObject({
      enabled: false,
      flags: '',
    });
  });

  it.each([
    ['by extension', 'enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n'],
    ['of no program', entry('4d5a')],
    ['of an unknown machine', entry('7f454c4602010100000000000000000002009999')],
    ['empty', ''],
  ])('leaves out an entry %s', (_, text) => {
    expect(parseEmulator('x', text)).toBeUndefined();
  });
});

describe('readEmulators', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-binfmt-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('reads what is registered', async () => {
    await writeFile(join(folder, 'register'), '');
    await writeFile(join(folder, 'status'), 'enabled\n');
    await writeFile(join(folder, 'qemu-aarch64'), entry(ARM64));
    await mkdir(join(folder, 'unreadable'));
    expect(await readEmulators(folder)).toEqual([
      { name: 'qemu-aarch64', architecture: 'arm64', enabled: true, flags: 'POF' },
    ]);
  });

  it('knows nothing where there is no binfmt_misc', async () => {
    expect(await readEmulators(join(folder, 'none'))).toBeUndefined();
  });
});
