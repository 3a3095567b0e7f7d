import { open, readFile } from 'node:fs/promises';
import process from 'node:process';
import { assert, constantFrom, property, uint8Array, array, nat, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfBytes, elfFor, machBytes, peBytes, type ElfOptions } from '../../testing/images/arch-binaries.ts';
import { describeBinary, elfArchitecture } from './architecture.ts';
import type { Binary } from './binary.ts';
import { FileProbe, probeBytes } from './file-probe.ts';

/** The bytes in pieces of one size, as a stream would bring them. */
function probeInPieces(bytes: Uint8Array, size: number): Binary | undefined {
  const probe = new FileProbe();
  for (let at = 0; at < bytes.byteLength; at += size) probe.update(bytes.subarray(at, at + size));
  return probe.finish();
}

describe('an ELF header', () => {
  it.each<[string, ElfOptions]>([
    ['386', { machine: 3, bits: 32 }],
    ['amd64', { machine: 62 }],
    ['x32', { machine: 62, bits: 32 }],
    ['arm', { machine: 40, bits: 32 }],
    ['armeb', { machine: 40, bits: 32, endian: 'big' }],
    ['arm64', { machine: 183 }],
    ['arm64ilp32', { machine: 183, bits: 32 }],
    ['ppc64le', { machine: 21 }],
    ['ppc64', { machine: 21, endian: 'big' }],
    ['s390x', { machine: 22, endian: 'big' }],
    ['s390', { machine: 22, endian: 'big', bits: 32 }],
    ['riscv64', { machine: 243 }],
    ['mips', { machine: 8, bits: 32, endian: 'big' }],
    ['mipsle', { machine: 8, bits: 32 }],
    ['mips64', { machine: 8, endian: 'big' }],
    ['mips64le', { machine: 8 }],
    ['loong64', { machine: 258 }],
  ])('says %s', (architecture, options) => {
    const binary = probeBytes(elfBytes(options));
    expect(binary?.format === 'elf' && elfArchitecture(binary)).toBe(architecture);
  });

  it.each<[string, ElfOptions]>([
    ['bytecode of Guile', { machine: 0 }],
    ['eBPF', { machine: 247 }],
    ['a GPU', { machine: 224 }],
    ['CUDA', { machine: 190 }],
    ['a microcontroller', { machine: 83 }],
    ['an object file', { type: 1 }],
    ['a core file', { type: 4 }],
  ])('of %s is not judged', (_, options) => {
    const binary = probeBytes(elfBytes(options));
    expect(binary?.format === 'elf' && elfArchitecture(binary)).toBe(undefined);
  });

  it.each([
    ['beside the headers', 0],
    ['beyond the first bytes', 100_000],
  ])('has its loader found %s', (_, padding) => {
    for (const architecture of ['amd64', 'arm', 's390x']) {
      const bytes = elfFor(architecture, { interpreter: '/lib/ld.so.1', padding });
      for (const piece of [7, 4096, 65_536]) {
        expect(probeInPieces(bytes, piece)).toMatchObject({ interpreter: '/lib/ld.so.1' });
      }
    }
  });

  it.each([
    ['an attribute of version 5', { armTag: 4 }, 'arm/v5'],
    ['an attribute of version 6', { armTag: 6 }, 'arm/v6'],
    ['an attribute of version 7', { armTag: 10 }, 'arm/v7'],
    ['an attribute of version 8', { armTag: 14 }, 'arm/v8'],
    ["Go's own record", { goArm: 5 }, 'arm/v5'],
    ["Go's own record before an attribute", { goArm: 6, armTag: 10 }, 'arm/v6'],
  ])('has its version of arm from %s', (_, options, expected) => {
    for (const padding of [0, 5000, 70_001]) {
      const bytes = elfFor('arm', { ...options, padding });
      for (const piece of [13, 4096, 65_536]) {
        const binary = probeInPieces(bytes, piece);
        expect(binary && describeBinary(binary)).toBe(expected);
      }
    }
  });

  it.each([
    [1, 'amd64'],
    [3, 'amd64/v2'],
    [7, 'amd64/v3'],
    [8, 'amd64/v4'],
  ])('has its level of x86-64 from a property of %i', (x86Needed, expected) => {
    const binary = probeBytes(elfFor('amd64', { x86Needed, interpreter: '/lib64/ld.so' }));
    expect(binary && describeBinary(binary)).toBe(expected);
  });

  it.skipIf(process.platform !== 'linux')('of a real program is that of this machine', async () => {
    const names: Partial<Record<NodeJS.Architecture, string>> = {
      x64: 'amd64',
      arm64: 'arm64',
      s390x: 's390x',
    };
    const binary = probeBytes(await readFile(process.execPath));
    expect(binary?.format === 'elf' && elfArchitecture(binary)).toBe(names[process.arch] ?? process.arch);
    expect(binary).toMatchObject({ interpreter: expect.stringMatching(/^\/lib.*\/ld/) as string });
  });
});

describe('other headers', () => {
  it.each([
    ['a PE program for amd64', peBytes(0x8664), 'Windows amd64'],
    ['a PE program for arm64', peBytes(0xaa64), 'Windows arm64'],
    ['a PE program for 386', peBytes(0x14c), 'Windows 386'],
    ['.NET code for any processor', peBytes(0x14c, { corFlags: 1 }), 'Windows .NET'],
    ['.NET code for 386 only', peBytes(0x14c, { corFlags: 3 }), 'Windows 386'],
    ['a Mach-O program', machBytes(0x0100000c), 'macOS arm64'],
    ['a universal Mach-O program', machBytes(0x01000007, 0x0100000c), 'macOS amd64+arm64'],
    ['a script', Buffer.from('#!/bin/sh -e\necho'), 'script for /bin/sh'],
  ])('of %s is told', (_, bytes, expected) => {
    const binary = probeBytes(bytes);
    expect(binary && describeBinary(binary)).toBe(expected);
  });

  it.each([
    ['text', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['a Java class', Buffer.from('cafebabe00000041', 'hex')],
    ['a program for MS-DOS', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)])],
    ['WebAssembly', Buffer.from('0061736d01000000', 'hex')],
    ['half an ELF header', elfFor('amd64').subarray(0, 40)],
    ['a script without an interpreter', Buffer.from('#!\n')],
  ])('of %s is none', (_, bytes) => {
    expect(probeBytes(bytes)).toBe(undefined);
  });

  it.each([
    ['#!/bin/sh', { interpreter: '/bin/sh' }],
    ['#! /usr/bin/env  python3 \n', { interpreter: '/usr/bin/env', argument: 'python3' }],
    ['#!/usr/bin/env -S node --flag\r\nx', { interpreter: '/usr/bin/env', argument: '-S node --flag' }],
  ])('of a script is read as Linux does: %j', (text, expected) => {
    expect(probeBytes(Buffer.from(text))).toEqual({ format: 'script', ...expected });
  });
});

describe('any bytes', () => {
  const real = constantFrom(
    ...['amd64', 'arm', 's390x', 'riscv64'].map((name) =>
      elfFor(name, { interpreter: '/lib/ld.so', x86Needed: 7, armTag: 10, padding: 5000 }),
    ),
    peBytes(0x14c, { corFlags: 1 }),
    machBytes(7, 12),
    Buffer.from('#!/bin/sh -e\n'),
  );
  const changes = array(record({ at: nat(6000), byte: nat(255) }), { maxLength: 24 });

  it('are probed without a failure, the same in pieces as in one', () => {
    assert(
      property(
        tuple(real, changes, nat(6000), uint8Array({ maxLength: 64 })),
        ([bytes, edits, cut, tail]) => {
          const mutated = Buffer.concat([bytes.subarray(0, Math.max(1, cut)), tail]);
          for (const { at, byte } of edits) if (at < mutated.byteLength) mutated[at] = byte;
          const binary = probeBytes(mutated);
          if (binary !== undefined) describeBinary(binary);
          expect(probeInPieces(mutated, 61)).toEqual(binary);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('of a real program that are changed are probed without a failure', async () => {
    const file = await open(process.execPath);
    const bytes = Buffer.alloc(8192);
    await file.read(bytes).finally(() => file.close());
    assert(
      property(changes, (edits) => {
        const mutated = Buffer.from(bytes);
        for (const { at, byte } of edits) mutated[at % 512] = byte;
        const binary = probeBytes(mutated);
        expect(probeInPieces(mutated, 1000)).toEqual(binary);
      }),
      { numRuns: 1000 },
    );
  });

  it('after a true magic are probed without a failure', () => {
    const magics = ['7f454c460201', '7f454c460102', '4d5a', 'feedfacf', 'cafebabe', '2321', '41'];
    assert(
      property(tuple(constantFrom(...magics), uint8Array({ maxLength: 300 })), ([magic, rest]) => {
        const binary = probeBytes(Buffer.concat([Buffer.from(magic, 'hex'), rest]));
        if (binary !== undefined) describeBinary(binary);
      }),
      { numRuns: 3000 },
    );
  });
});
