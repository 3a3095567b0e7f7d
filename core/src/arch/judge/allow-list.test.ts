import { describe, expect, it } from 'vitest';
import { elfFor, libraryFor, machBytes, peBytes } from '../../testing/images/arch-binaries.ts';
import { judge, told, type Files } from '../../testing/judge-files.ts';

const arm64 = elfFor('arm64');
const amd64 = elfFor('amd64');
const app = { 'bin/app': arm64 };
const SITE = 'usr/lib/python3/site-packages';

describe('what is foreign for good reason', () => {
  it.each<[string, Files]>([
    [
      "launchers in pip's package",
      {
        [`${SITE}/pip/_vendor/distlib/t64-arm.exe!`]: peBytes(0x8664),
        [`${SITE}/setuptools/cli-32.exe`]: peBytes(0x14c),
      },
    ],
    ['a Mach-O library', { 'usr/lib/google-cloud-sdk/x.so!': machBytes(0x01000007) }],
    ['firmware', { 'lib/firmware/a.fw': elfFor('arm'), 'usr/lib/firmware/b.elf': elfFor('riscv64') }],
    ['kernel modules', { 'lib/modules/6.1/x.ko': amd64 }],
    [
      'eBPF objects',
      {
        'usr/lib/bpf/x.o': elfFor('arm64', { machine: 247 }),
        'usr/bin/x': elfFor('arm64', { machine: 247 }),
      },
    ],
    ['object files', { 'usr/lib/crt1.o': elfFor('amd64', { type: 1 }) }],
    [
      'tests of the Go toolchain',
      {
        'usr/local/go/src/debug/elf/testdata/gcc-amd64-linux-exec': amd64,
        'usr/local/go/pkg/tool/linux_amd64/asm': amd64,
      },
    ],
    [
      'a cross compiler',
      {
        'usr/x86_64-linux-gnu/lib/libc.so.6': libraryFor('amd64'),
        'usr/lib/gcc-cross/x86_64-linux-gnu/12/libgcc_s.so': libraryFor('amd64'),
      },
    ],
    [
      'a Rust target',
      {
        'usr/local/rustup/toolchains/x/lib/rustlib/x86_64-unknown-linux-gnu/lib/libstd.so':
          libraryFor('amd64'),
      },
    ],
    ['valgrind', { 'usr/libexec/valgrind/memcheck-x86-linux': elfFor('386') }],
    ['boot loaders', { 'usr/lib/grub/i386-pc/kernel.exec': elfFor('386'), 'boot/vmlinuz': amd64 }],
    ['bytecode of Guile', { 'usr/lib/aarch64-linux-gnu/guile/3.0/x.go': elfFor('arm64', { machine: 0 }) }],
    ['data of qemu', { 'usr/share/qemu/openbios-ppc': elfFor('ppc64le') }],
    ['a Java class', { 'opt/x.class': Buffer.from('cafebabe00000041', 'hex') }],
    ['another program', { 'opt/agents/collector-x86': amd64 }],
    ['microcontrollers', { 'opt/x.elf': elfFor('amd64', { machine: 83 }) }],
  ])('has nothing above info: %s', (_, files) => {
    const { findings, state } = judge([{ ...app, ...files }]);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(state).toBe('ok');
  });

  it('is counted by its reason', () => {
    const files = { 'lib/firmware/a': amd64, 'lib/firmware/b': elfFor('386'), 'x.exe': peBytes(0x8664) };
    expect(judge([{ ...app, ...files }]).ignored).toEqual([
      { reason: 'firmware and kernel modules', files: 2 },
      { reason: 'Windows programs', files: 1 },
    ]);
  });

  it.each([
    ['opt/tools/**', undefined, []],
    ['/opt/*/git', 'amd64', []],
    ['opt/*/git', '386', ['T2 error path-program /opt/tools/git']],
    ['opt/tools/**', 'arm64', ['T2 error path-program /opt/tools/git']],
    ['opt/*', undefined, ['T2 error path-program /opt/tools/git']],
  ])('is what the user allows: %s for %s', (path, architecture, expected) => {
    const files = { ...app, 'opt/tools/git': amd64 };
    const rule = { path, reason: 'ours', ...(architecture !== undefined && { architecture }) };
    const config = { environment: ['PATH=/opt/tools'] };
    expect(told(judge([files], { config, allow: [rule] }))).toEqual(expected);
  });

  it.each([
    ['.NET code', peBytes(0x14c, { corFlags: 1 })],
    ['.NET code', peBytes(0xaa64 ^ 0x7b79)],
    ['.NET code that is compiled again when it starts', peBytes(0x8664 ^ 0x7b79)],
    ['Windows programs', peBytes(0x8664)],
  ])('is %s in a file of Windows', (reason, bytes) => {
    expect(judge([{ ...app, 'app/x.dll!': bytes }])).toMatchObject({
      findings: [],
      ignored: [{ reason, files: 1 }],
    });
  });

  it('may be what is started, and all that there is', () => {
    const allow = [{ path: 'bin/*', architecture: 'amd64', reason: 'emulated on purpose' }];
    const verdict = judge([{ 'bin/app': amd64, 'bin/tool': amd64 }], { allow });
    expect(verdict).toMatchObject({
      state: 'not-applicable',
      findings: [],
      ignored: [{ reason: 'allowed: emulated on purpose', files: 2 }],
    });
  });
});
