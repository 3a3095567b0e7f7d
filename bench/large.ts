import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage, layerOfVirtual, startRegistry, virtualBlob } from '@xbundle/core/testing';
import { xbundle } from './contenders.ts';
import { watch, type Environment, type Usage } from './measure.ts';

const LAYERS = 5;
const LAYER_BYTES = 2_147_483_648;

export interface LargeUsage {
  readonly export: Usage;
  readonly verify: Usage;
  readonly import: Usage;
}

/** Memory and disk of 10 GiB through export, verify and import; the registries make and drop the bytes. */
export async function measureLarge(folder: string, env: Environment): Promise<LargeUsage> {
  const registry = await startRegistry({ keepUploads: false });
  const bundle = join(folder, 'large.tar');
  try {
    const layers = Array.from({ length: LAYERS }, (_, at) =>
      layerOfVirtual(virtualBlob(LAYER_BYTES, `large ${at}`)),
    );
    registry.push('large', 'v1', createImage({ platform: 'linux/amd64', layers }));
    const image = `${registry.host}/large:v1`;
    const run = (...args: readonly string[]): Promise<Usage> => {
      const task = xbundle(...args);
      return watch(task.file, task.args, { env, folder });
    };
    return {
      export: await run('export', image, '--platform=amd64', '--from=registry', '-o', bundle),
      verify: await run('verify', bundle),
      import: await run('import', bundle, '--to', `registry:${registry.host}/copy`),
    };
  } finally {
    await registry.close();
    await rm(bundle, { force: true });
  }
}
