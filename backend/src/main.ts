import process from 'node:process';
import { serveExtension } from './serve-extension.ts';

declare const XBUNDLE_VERSION: string;

/** The extension's backend: what its compose service runs. All paths are those of the image. */
export async function main(): Promise<void> {
  const { env } = process;
  const socket = env['XBUNDLE_SOCKET'] ?? '/run/guest-services/xbundle.sock';
  const close = await serveExtension({
    version: XBUNDLE_VERSION,
    socket,
    directory: '/data/backend',
    program: ['/usr/local/bin/node', '/app/cli/bin/xbundle.js'],
    startedBy: env['XBUNDLE_JOBS_STARTED_BY'] === 'backend' ? 'backend' : 'tab',
    env,
  });
  process.stdout.write(`xbundle ${XBUNDLE_VERSION} listens on ${socket}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void close().finally(() => process.exit(0));
    });
  }
}
