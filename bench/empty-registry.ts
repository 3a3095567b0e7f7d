import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { freeLoopbackHost } from '../test/engine/start.ts';
import type { Environment } from './measure.ts';

/** A real registry that has never seen a blob. */
export interface EmptyRegistry {
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * Starts `docker-registry` on an empty folder and a port of its own. A registry that keeps any blob of the
 * workload, in whatever repository, is not empty: tools that remember where they saw a blob mount it from there.
 */
export async function startEmptyRegistry(env: Environment): Promise<EmptyRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'xbundle-bench-registry-'));
  const host = await freeLoopbackHost();
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const server = execa('docker-registry', ['serve', join(folder, 'config.json')], {
    env,
    reject: false,
    buffer: false,
  });
  await answers(host);
  return {
    host,
    stop: async () => {
      server.kill('SIGKILL');
      await server;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(host: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (response?.ok === true) return;
    await delay(50);
  }
  throw new Error(`the registry on ${host} does not answer`);
}
