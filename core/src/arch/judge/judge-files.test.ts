import { describe, expect, it } from 'vitest';
import { elfFor, libraryFor } from '../../testing/images/arch-binaries.ts';
import { judge, told, type Files } from '../../testing/judge-files.ts';

const arm64 = elfFor('arm64');
const amd64 = elfFor('amd64');
const app = { 'bin/app': arm64 };

describe('the base', () => {
  it.each<[string, Files, readonly string[]]>([
    ['a C library', { 'lib/libc.so.6': libraryFor('amd64') }, ['T2 error base-library /lib/libc.so.6']],
    [
      'a loader behind a merged /usr',
      { lib64: '-> usr/lib64', 'usr/lib64/ld-linux-x86-64.so.2': amd64 },
      ['T2 error base-library /usr/lib64/ld-linux-x86-64.so.2'],
    ],
    [
      'a C library in the directory of the platform',
      { 'usr/lib/aarch64-linux-gnu/libc.so.6': libraryFor('amd64') },
      ['T2 error base-library /usr/lib/aarch64-linux-gnu/libc.so.6'],
    ],
    [
      'musl',
      { 'lib/ld-musl-x86_64.so.1': libraryFor('amd64') },
      ['T2 error base-library /lib/ld-musl-x86_64.so.1'],
    ],
    ['a program in PATH', { 'usr/bin/git': amd64 }, ['T2 error path-program /usr/bin/git']],
    [
      'a program that PATH links to',
      { 'usr/bin/node': '-> /opt/node', 'opt/node': amd64 },
      ['T2 error path-program /opt/node'],
    ],
    [
      'a second base in its own directory',
      {
        'usr/lib/aarch64-linux-gnu/libc.so.6': libraryFor('arm64'),
        'usr/lib/x86_64-linux-gnu/libc.so.6': libraryFor('amd64'),
      },
      [],
    ],
    ["apk's word", { 'etc/apk/arch': 'x86_64\n' }, ['T2 warning package-database /etc/apk/arch']],
    [
      "dpkg's word",
      { 'var/lib/dpkg/status!': 'Package: a\nArchitecture: all\n\nPackage: b\nArchitecture: amd64\n' },
      ['T2 warning package-database /var/lib/dpkg/status'],
    ],
    [
      "dpkg's word in an image without its list",
      { 'var/lib/dpkg/status.d/libc6!': 'Package: libc6\nArchitecture: amd64\n' },
      ['T2 warning package-database /var/lib/dpkg/status.d/libc6'],
    ],
    [
      'a program whose loader is not there',
      { 'usr/bin/tool': elfFor('arm64', { interpreter: '/lib/ld-linux-aarch64.so.1' }) },
      ['T2 warning loader-missing /usr/bin/tool'],
    ],
    [
      'a program for another machine whose loader is not there',
      { 'usr/bin/tool': elfFor('amd64', { interpreter: '/lib64/ld-linux-x86-64.so.2' }) },
      ['T2 error path-program /usr/bin/tool'],
    ],
    ['what dpkg has besides its own', { 'usr/bin/wine': amd64, 'var/lib/dpkg/arch!': 'arm64\namd64\n' }, []],
    [
      'what dpkg has in a wrong base',
      { 'usr/bin/wine': amd64, 'var/lib/dpkg/arch!': 'amd64\ni386\n' },
      ['T2 error path-program /usr/bin/wine'],
    ],
    ['an emulator', { 'usr/bin/qemu-aarch64-static': amd64 }, []],
    ['a file that nobody may start', { 'usr/bin/data!': amd64 }, []],
  ])('with %s', (_, files, expected) => {
    expect(told(judge([{ ...app, ...files }]))).toEqual(expected);
  });

  it('counts only what is visible in the end', () => {
    expect(told(judge([{ ...app, 'usr/bin/git': amd64 }, { 'usr/bin/git': arm64 }]))).toEqual([]);
  });

  it('tells a file of many names once', () => {
    const names = ['usr/bin/a', 'usr/bin/b', 'usr/bin/c'];
    const links = Object.fromEntries(names.map((path) => [path, '-> /opt/busybox']));
    const files = { 'opt/busybox': amd64, ...links };
    expect(told(judge([{ ...app, ...files }]))).toEqual(['T2 error path-program /opt/busybox']);
  });
});
