/**
 * Takes an estate down as soon as the process which made it closes its end of our standard input or dies:
 * `node tools/run.mjs test/engine/reaper.ts DIRECTORY`. Started by `createEstate`, never by hand.
 */
import process from 'node:process';
import { takeDown } from './teardown.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('the reaper needs the directory of an estate');

// Whoever stops the tests must not stop their cleaning up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));
await takeDown(directory);
