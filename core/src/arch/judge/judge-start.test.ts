import { describe, expect, it } from 'vitest';
import { elfFor, machBytes, peBytes } from '../../testing/images/arch-binaries.ts';
import { judge, told, type Files } from '../../testing/judge-files.ts';
import { fitOf } from './fit.ts';
import type { ElfBinary } from '../binary/binary.ts';
import type { RunConfig } from '../start/run-config.ts';

const arm64 = elfFor('arm64');
const amd64 = elfFor('amd64');
const app = { 'bin/app': arm64 };

describe('the start path', () => {
  it.each<[string, Files, Partial<RunConfig>, string | undefined]>([
    ['the program itself', { 'bin/app': amd64 }, {}, '/bin/app'],
    ['a program found in PATH', { 'usr/bin/app': amd64 }, { cmd: ['app'] }, '/usr/bin/app'],
    [
      'a program below the working directory',
      { 'srv/run': amd64 },
      { cmd: ['./run'], workingDirectory: '/srv' },
      '/srv/run',
    ],
    [
      'a program behind links',
      { 'opt/v1/app': amd64, 'opt/now': '-> v1', 'bin/app': '-> ../opt/now/app' },
      {},
      '/opt/v1/app',
    ],
    [
      'a program after tini',
      { ...app, 'sbin/tini': arm64, 'srv/x': amd64 },
      { entrypoint: ['/sbin/tini', '-g', '--', '/srv/x'] },
      '/srv/x',
    ],
    [
      'a program after gosu',
      { ...app, 'bin/gosu': arm64, 'srv/x': amd64 },
      { entrypoint: ['gosu', 'user', '/srv/x'] },
      '/srv/x',
    ],
    [
      'a program after env',
      { ...app, 'bin/env': arm64, 'srv/x': amd64 },
      { cmd: ['env', '-u', 'A', 'B=1', '/srv/x'] },
      '/srv/x',
    ],
    [
      'a shell line',
      { ...app, 'bin/sh': arm64, 'srv/x': amd64 },
      { cmd: ['/bin/sh', '-c', 'A=1 exec /srv/x --flag'] },
      '/srv/x',
    ],
    [
      'the interpreter of a script',
      { 'bin/app': '#!/opt/python -u', 'opt/python': amd64 },
      {},
      '/opt/python',
    ],
    [
      'an interpreter found by env',
      { 'bin/app': '#!/usr/bin/env python3', 'usr/bin/env': arm64, 'usr/bin/python3': amd64 },
      {},
      '/usr/bin/python3',
    ],
    [
      'what an entry script is given',
      { 'e.sh': '#!/bin/sh', 'bin/sh': arm64, 'srv/db': amd64 },
      { entrypoint: ['/e.sh'], cmd: ['/srv/db'] },
      '/srv/db',
    ],
    ['the health check', { ...app, 'srv/ask': amd64 }, { healthcheck: ['CMD', '/srv/ask'] }, '/srv/ask'],
    [
      'the shell of a health check',
      { ...app, 'bin/sh': amd64 },
      { healthcheck: ['CMD-SHELL', 'true'] },
      '/bin/sh',
    ],
    ['a Windows program', { 'bin/app': peBytes(0xaa64) }, {}, '/bin/app'],
    ['a macOS program', { 'bin/app': machBytes(0x0100000c) }, {}, '/bin/app'],
    ['an eBPF program', { 'bin/app': elfFor('arm64', { machine: 247 }) }, {}, '/bin/app'],
    [
      'an emulator',
      { 'usr/bin/qemu-arm64-static': amd64, ...app },
      { entrypoint: ['/usr/bin/qemu-arm64-static'] },
      '/usr/bin/qemu-arm64-static',
    ],
    [
      'a program after setpriv',
      { ...app, 'usr/bin/setpriv': arm64, 'srv/x': amd64 },
      { entrypoint: ['setpriv', '--reuid', 'app', '--init-groups', '/srv/x'] },
      '/srv/x',
    ],
    [
      'a program in PATH that an entry without the bit precedes',
      { 'usr/local/bin/run!': arm64, 'usr/bin/run': amd64 },
      { cmd: ['run'] },
      '/usr/bin/run',
    ],
    ['nothing, where nothing is wrong', app, {}, undefined],
    ['nothing, where the file is not there', { 'usr/x!': arm64 }, { cmd: ['/mounted/later'] }, undefined],
  ])('has an error for %s', (...[, files, config, path]) => {
    const { findings } = judge([files], { config });
    const errors = findings.filter(({ tier, severity }) => tier === 1 && severity === 'error');
    expect(errors.map((finding) => finding.path)).toEqual(path === undefined ? [] : [path]);
  });

  it.each<[string, Files, readonly string[]]>([
    [
      'its loader is there',
      { 'bin/app': elfFor('arm64', { interpreter: '/lib/ld.so.1' }), 'lib/ld.so.1': arm64 },
      [],
    ],
    [
      'its loader is behind a merged /usr',
      {
        lib: '-> usr/lib',
        'usr/lib/ld.so.1': arm64,
        'bin/app': elfFor('arm64', { interpreter: '/lib/ld.so.1' }),
      },
      [],
    ],
    [
      'its loader is missing, as in an image of another libc',
      { 'bin/app': elfFor('arm64', { interpreter: '/lib/ld.so.1' }) },
      ['T1 error loader-missing /bin/app'],
    ],
    [
      'its loader is of another machine',
      { 'bin/app': elfFor('arm64', { interpreter: '/lib/ld.so.1' }), 'lib/ld.so.1': amd64 },
      ['T1 error start-program /lib/ld.so.1'],
    ],
    [
      'its interpreter is missing',
      { 'bin/app': '#!/bin/bash', x: arm64 },
      ['T1 warning interpreter-missing /bin/app'],
    ],
  ])('follows a program where %s', (_, files, expected) => {
    expect(told(judge([files]))).toEqual(expected);
  });
});

describe('compatible pairs and variants', () => {
  it.each<[string, string, Buffer, readonly string[]]>([
    [
      '386 on amd64',
      'amd64',
      elfFor('386'),
      ['T1 warning start-program /bin/app', 'T2 warning nothing-native -', 'T4 info program /opt/tool'],
    ],
    [
      'arm on arm64',
      'arm64',
      elfFor('arm'),
      ['T1 warning start-program /bin/app', 'T2 warning nothing-native -', 'T4 info program /opt/tool'],
    ],
    ['v7 code on arm/v7', 'arm/v7', elfFor('arm', { armTag: 10 }), []],
    ['v6 code on arm/v7', 'arm/v7', elfFor('arm', { armTag: 6 }), []],
    [
      'v7 code on arm/v6',
      'arm/v6',
      elfFor('arm', { armTag: 10 }),
      ['T1 warning start-program /bin/app', 'T4 info program /opt/tool'],
    ],
    ['GOARM=6 on arm/v6', 'arm/v6', elfFor('arm', { goArm: 6, armTag: 10 }), []],
    [
      'x86-64-v3 code on amd64',
      'amd64',
      elfFor('amd64', { x86Needed: 7 }),
      ['T1 info start-program /bin/app', 'T4 info program /opt/tool'],
    ],
    ['x86-64-v3 code on amd64/v3', 'amd64/v3', elfFor('amd64', { x86Needed: 7 }), []],
  ])('%s', (...[, platform, binary, expected]) => {
    const files = { 'bin/app': binary, 'opt/tool': Buffer.concat([binary]) };
    expect(told(judge([files], { platform }))).toEqual(expected);
  });

  it.each([
    [7, 'native'],
    [8, 'newer'],
  ])('code for arm/v%i on arm without a variant, which is v7, is %s', (armVersion, fit) => {
    const binary: ElfBinary = { format: 'elf', kind: 'executable', bits: 32, endian: 'little', machine: 40 };
    expect(fitOf({ ...binary, armVersion }, { os: 'linux', architecture: 'arm' })).toBe(fit);
  });
});
