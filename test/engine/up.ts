/**
 * Keeps the engines up during development: `node tools/run.mjs test/engine/up.ts`. Writes their facts to
 * XBUNDLE_TEST_ENGINES (or xbundle-engines.json in the temporary directory), where tests find them, and
 * takes everything down at SIGINT, SIGTERM or SIGHUP.
 */
import { setMaxListeners } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { RunningEngines } from './index.ts';
import { isUnavailable, startEngines } from './index.ts';

const given = process.env['XBUNDLE_TEST_ENGINES'];
const file = given === undefined || given === '' ? join(tmpdir(), 'xbundle-engines.json') : given;
// It names the file to be written here, not engines to be used.
delete process.env['XBUNDLE_TEST_ENGINES'];

const stopping = new AbortController();
// Every download and program of the start listens to it.
setMaxListeners(0, stopping.signal);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort(new Error(`got ${signal}`));
  });
}

process.exitCode = await keepUp(stopping.signal);

/** Returns the exit code: 0 also when the engines were stopped before they were up. */
async function keepUp(signal: AbortSignal): Promise<number> {
  const start = performance.now();
  try {
    const running = await startEngines({ signal });
    if (isUnavailable(running)) {
      console.error(running.reason);
      return 1;
    }
    await publish(running, { signal, start });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  console.log('engines are down');
  return 0;
}

async function publish(
  { engines, stop }: RunningEngines,
  { signal, start }: { readonly signal: AbortSignal; readonly start: number },
): Promise<void> {
  try {
    await writeFile(`${file}.partial`, `${JSON.stringify(engines, undefined, 2)}\n`);
    await rename(`${file}.partial`, file);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`engines are up after ${seconds} s; use them with XBUNDLE_TEST_ENGINES=${file}`);
    await aborted(signal);
  } finally {
    await rm(file, { force: true });
    await stop();
  }
}

/** The daemons do not keep this process alive, so a timer has to. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const alive = setInterval(() => undefined, 60_000);
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
  clearInterval(alive);
}
