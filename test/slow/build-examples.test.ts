import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolEnvironment } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';
import { xbundle } from '../support/cli.ts';
import { removeImages, runImage } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildToolchain, type Toolchain } from '../support/toolchain-image.ts';

/** `e_machine` of an ELF header, by the name of the platform's folder. */
const MACHINES: Readonly<Record<string, number>> = {
  linux_amd64: 62,
  linux_arm64: 183,
  linux_arm_v7: 40,
  linux_riscv64: 243,
};

interface Example {
  readonly name: string;
  /** The variable of its definition that names the compiler's image. */
  readonly variable: string;
  readonly toolchain: Toolchain;
  /** What the program says of itself, by platform. */
  readonly says: Readonly<Record<string, string>>;
  readonly folders: readonly string[];
}

const GO: Example = {
  name: 'go-service',
  variable: 'GO_IMAGE',
  toolchain: { name: 'go', packages: ['golang-go'], libraries: [], scripts: {} },
  says: { 'linux/amd64': 'linux/amd64', 'linux/arm64': 'linux/arm64', 'linux/arm/v7': 'linux/arm' },
  folders: ['linux_amd64', 'linux_arm64', 'linux_arm_v7', 'linux_riscv64'],
};

const RUSTUP = `#!/bin/sh
# Debian has the targets as packages: this only says whether one is there.
[ "$1 $2" = "target add" ] && [ -d "/usr/lib/rustlib/$3/lib" ]
`;

const RUST: Example = {
  name: 'rust-service',
  variable: 'RUST_IMAGE',
  toolchain: {
    name: 'rust',
    packages: ['rustc', 'cargo', 'gcc', 'libc6-dev', 'gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
    libraries: ['libstd-rust-dev:arm64'],
    scripts: { 'usr/local/bin/rustup': RUSTUP },
  },
  says: { 'linux/amd64': 'linux/x86_64', 'linux/arm64': 'linux/aarch64' },
  folders: ['linux_amd64', 'linux_arm64'],
};

async function machineOf(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
    expect(buffer.toString('latin1', 0, 4)).toBe('\u007fELF');
    return buffer.readUInt16LE(18);
  } finally {
    await file.close();
  }
}

describeWithEngines('a program that is compiled on the build machine', (engines: Engines) => {
  const { containerd } = engines;
  const run = uniqueRepository('xb-examples');

  describe.each([GO, RUST])('$name', ({ name, variable, toolchain, says, folders }) => {
    const compiler = `${run}/${toolchain.name}:latest`;
    const image = `example/${name}:${run}`;
    const definition = fileURLToPath(new URL(`../../examples/${name}/xbundle.yaml`, import.meta.url));
    let scratch: string;
    let env: Readonly<Record<string, string>>;

    beforeAll(async () => {
      scratch = await mkdtemp(join(engines.directory, 'examples-'));
      env = { ...toolEnvironment(containerd), XDG_STATE_HOME: scratch, [variable]: compiler, TAG: run };
      await buildToolchain(engines, toolchain, compiler);
    }, 600_000);

    afterAll(async () => {
      await removeImages(containerd, [image, compiler]);
      await rm(scratch, { recursive: true, force: true });
    });

    it('is planned without emulation', async () => {
      const done = await xbundle(['build', '-f', definition, '--dry-run', '--json'], { env });
      expect(done).toMatchObject({ exitCode: 0 });
      const { cells } = JSON.parse(done.stdout) as { cells: readonly { how: string; platform: string }[] };
      expect(cells.map(({ how }) => how)).toEqual(['native', ...folders.slice(1).map(() => 'cross')]);
    });

    it('has files of the right machine in a folder for each platform', async () => {
      const done = await xbundle(['build', '-f', definition, '--output', join(scratch, 'out')], { env });
      expect(done).toMatchObject({ exitCode: 0 });
      const machines = await Promise.all(
        folders.map((folder) => machineOf(join(scratch, 'out', folder, 'service'))),
      );
      expect(machines).toEqual(folders.map((folder) => MACHINES[folder]));
    });

    it('runs on each platform as what it was compiled for', async () => {
      const platforms = Object.keys(says);
      const done = await xbundle(['build', '-f', definition, '--load', '--platform', platforms.join()], {
        env,
      });
      expect(done).toMatchObject({ exitCode: 0 });
      const said = await Promise.all(
        platforms.map((platform) => runImage(containerd, platform, ['--pull', 'never', image, 'platform'])),
      );
      expect(said).toEqual(Object.values(says));
    });
  });
});
