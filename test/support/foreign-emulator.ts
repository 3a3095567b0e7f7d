import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerEmulators } from '../engine/binfmt.ts';
import { docker } from '../engine/docker.ts';
import { hasErrorCode } from '../engine/errors.ts';
import type { Engine, Engines } from '../engine/index.ts';

const KERNEL = '/proc/sys/fs/binfmt_misc';
const TURN = join(tmpdir(), 'xbundle-foreign-emulator');
const LONGEST_TURN_MS = 300_000;

/** One that no suite builds for. The kernel has one table for the whole machine, so that others are left alone. */
export const FOREIGN = { platform: 'linux/riscv64', architecture: 'riscv64', entry: 'qemu-riscv64' } as const;

/** Takes the emulator away while `work` runs, for one suite at a time, and gives it back however that ends. */
export async function withoutEmulator<T>(engines: Engines, work: () => Promise<T>): Promise<T> {
  await takeTurn();
  try {
    await unregister();
    return await work();
  } finally {
    // What `work` may have registered belongs to a container that is gone.
    await unregister();
    await registerEmulators(packagesRoot(engines), {});
    await rm(TURN, { recursive: true, force: true });
  }
}

/** A turn of a suite that was killed ends by itself. */
async function takeTurn(): Promise<void> {
  for (;;) {
    try {
      await mkdir(TURN);
      return;
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
    }
    const taken = await stat(TURN).catch(() => undefined);
    if (taken !== undefined && Date.now() - taken.mtimeMs > LONGEST_TURN_MS)
      await rm(TURN, { recursive: true, force: true });
    await sleep(200);
  }
}

async function unregister(): Promise<void> {
  try {
    // Not to be made where there is none: the kernel would refuse that in other words.
    await writeFile(join(KERNEL, FOREIGN.entry), '-1', { flag: 'r+' });
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
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
