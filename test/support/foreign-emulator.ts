import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { registerEmulators } from '../engine/binfmt.ts';
import { docker } from '../engine/docker.ts';
import type { Engine, Engines } from '../engine/index.ts';

const KERNEL = '/proc/sys/fs/binfmt_misc';

/** One that no suite builds for. The kernel has one table for the whole machine, so that others are left alone. */
export const FOREIGN = { platform: 'linux/riscv64', architecture: 'riscv64', entry: 'qemu-riscv64' } as const;

/** Takes the emulator away while `work` runs, and gives it back however that ends. */
export async function withoutEmulator<T>(engines: Engines, work: () => Promise<T>): Promise<T> {
  await unregister();
  try {
    return await work();
  } finally {
    // What `work` may have registered belongs to a container that is gone.
    await unregister();
    await registerEmulators(packagesRoot(engines), {});
  }
}

async function unregister(): Promise<void> {
  try {
    // Not made anew where it is absent, which the kernel forbids in words of its own.
    await writeFile(join(KERNEL, FOREIGN.entry), '-1', { flag: 'r+' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Where `bin` of the tool set lies beside the unpacked packages. */
function packagesRoot({ path }: Engines): string {
  return join(dirname(path), 'root');
}

const INSTALLER = `#!/bin/busybox sh
set -e
[ "$1" = --install ] && [ "$2" = ${FOREIGN.architecture} ]
/bin/busybox mount -t binfmt_misc binfmt_misc ${KERNEL}
/bin/busybox cat /recipe > ${KERNEL}/register
`;

/** Builds an image that does what tonistiigi/binfmt does, for the one architecture. */
export async function buildInstaller(
  engines: Engines,
  image: { readonly engine: Engine; readonly name: string; readonly scratch: string },
): Promise<void> {
  const context = join(image.scratch, 'installer');
  const root = packagesRoot(engines);
  await mkdir(context, { recursive: true });
  await copyFile(join(root, 'usr/bin/qemu-riscv64-static'), join(context, 'qemu'));
  await copyFile(join(engines.busybox['amd64'] ?? '', 'bin/busybox'), join(context, 'busybox'));
  const recipe = await readFile(join(root, 'usr/lib/binfmt.d/qemu-riscv64.conf'), 'utf8');
  await writeFile(join(context, 'recipe'), recipe.trim().replace(/:\/[^:]+:([A-Z]*)$/, ':/qemu:$1'));
  await writeFile(join(context, 'install'), INSTALLER, { mode: 0o755 });
  await writeFile(
    join(context, 'Dockerfile'),
    'FROM scratch\nCOPY busybox /bin/busybox\nCOPY --chmod=755 qemu /qemu\nCOPY recipe install /\nENTRYPOINT ["/install"]\n',
  );
  await docker(image.engine, ['buildx', 'build', '--quiet', '--load', '--tag', image.name, context]);
}
