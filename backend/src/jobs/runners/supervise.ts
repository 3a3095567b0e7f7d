import { spawn } from 'node:child_process';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { ownIdentity } from './process-identity.ts';

export const SPEC_FILE = 'spec.json';
export const IDENTITY_FILE = 'supervisor.json';
export const EXIT_FILE = 'exit.json';

/** What a program that was asked to end gets before it is ended. */
const GRACE_MS = 20_000;

const programSchema = z.object({
  command: z.array(z.string()).min(1),
  cwd: z.string().exactOptional(),
});
export type SupervisedProgram = z.infer<typeof programSchema>;

/**
 * Runs the program that a folder's `spec.json` names, its output going into `stdout` and `stderr` of the folder, and
 * writes its exit code into `exit.json`. SIGTERM and SIGINT are passed on; some seconds later the program is killed.
 */
export async function supervise(folder: string): Promise<void> {
  // The terminal that started all of this may be closed, and Ctrl-C in it is meant for the server alone.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined);
  const spec = programSchema.parse(JSON.parse(await readFile(join(folder, SPEC_FILE), 'utf8')));
  const [stdout, stderr] = await Promise.all(
    ['stdout', 'stderr'].map((name) => open(join(folder, name), 'a', 0o600)),
  );
  const [program = '', ...args] = spec.command;
  const child = spawn(program, args, {
    stdio: ['ignore', stdout?.fd ?? 'ignore', stderr?.fd ?? 'ignore'],
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
  });
  process.on('SIGTERM', () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      void stderr?.appendFile(`xbundle: cannot run ${program}: ${error.message}\n`).then(() => {
        resolve(127);
      });
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  await replace(join(folder, IDENTITY_FILE), await ownIdentity());
  await replace(join(folder, EXIT_FILE), { exitCode: await ended, endedAt: Date.now() });
}

/** A reader sees all of it or none. */
async function replace(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.partial`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.partial`, path);
}
