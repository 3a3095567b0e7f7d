/** A process for which an engine is on another machine: it reaches the engine's API, and nothing else of it. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { execa } from 'execa';
import type { CliRun } from './cli.ts';

export interface RemoteEngine {
  /** Runs `xbundle ARGS` with `DOCKER_HOST=tcp://…`. */
  run(args: readonly string[], options: RemoteOptions): Promise<CliRun>;
  close(): Promise<void>;
}

export interface RemoteOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const program = fileURLToPath(new URL('../../cli/bin/xbundle.js', import.meta.url));

/** Runs beyond the border: what connects to the port reaches the socket, which is a file and has no network. */
const PROXY = `
const net = require('node:net');
net.createServer((client) => {
  const engine = net.connect(process.argv[1]);
  for (const [socket, other] of [[client, engine], [engine, client]]) {
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
  }
  client.pipe(engine);
  engine.pipe(client);
}).listen(2375, '127.0.0.1', () => process.stdout.write('ready'));
`;

/** Makes a network namespace without any way out, in which port 2375 leads to the engine. Linux, root. */
export async function startRemoteEngine(engine: { readonly socket: string }): Promise<RemoteEngine> {
  const name = `xbundle-test-${randomBytes(4).toString('hex')}`;
  const within = ['netns', 'exec', name];
  await execa('ip', ['netns', 'add', name]);
  await execa('ip', [...within, 'ip', 'link', 'set', 'lo', 'up']);
  const proxy = execa('ip', [...within, process.execPath, '-e', PROXY, engine.socket], {
    reject: false,
    buffer: false,
  });
  await new Promise((resolve) => proxy.stdout.once('data', resolve));
  return {
    run: async (args, { cwd, env }) => {
      const {
        exitCode = -1,
        stdout,
        stderr,
        durationMs,
      } = await execa('ip', [...within, process.execPath, program, ...args], {
        cwd,
        env: { ...env, DOCKER_HOST: 'tcp://127.0.0.1:2375' },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      return { exitCode, stdout, stderr, durationMs };
    },
    close: async () => {
      proxy.kill();
      await proxy;
      await execa('ip', ['netns', 'delete', name]);
    },
  };
}
