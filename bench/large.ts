import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage, layerOfVirtual, startRegistry, virtualBlob } from '@xbundle/core/testing';
import { xbundle } from './contenders.ts';
import { watch, type Environment, type Usage } from './measure.ts';

const LAYERS = 5;
const LAYER_BYTES = 2_147_483_648;

/** Memory and disk of one command on 10 GiB. */
export interface LargeUsage extends Usage {
  readonly command: 'export' | 'verify' | 'import';
}

/** 10 GiB through export, verify and import, each told as it ends; the registry makes and drops the bytes. */
export async function* measureLarge(folder: string, env: Environment): AsyncIterable<LargeUsage> {
  const registry = await startRegistry({ keepUploads: false });
  const bundle = join(folder, 'large.tar');
  try {
    const layers = Array.from({ length: LAYERS }, (_, at) =>
      layerOfVirtual(virtualBlob(LAYER_BYTES, `large ${at}`)),
    );
    registry.push('large', 'v1', createImage({ platform: 'linux/amd64', layers }));
    const image = `${registry.host}/large:v1`;
    const commands = [
      ['export', image, '--platform=amd64', '--from=registry', '-o', bundle],
      ['verify', bundle],
      ['import', bundle, '--to', `registry:${registry.host}/copy`],
    ] as const;
    for (const [command, ...args] of commands) {
      const task = xbundle(command, ...args);
      yield { command, ...(await watch(task.file, task.args, { env, folder })) };
    }
  } finally {
    await registry.close();
    await rm(bundle, { force: true });
  }
}
