/**
 * Side by side with skopeo, crane, oras and docker, in one run: `npm run bench [-- --rounds=5] [-- --no-large]`.
 * Prints Markdown, asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { openBundle, walkManifests } from '@xbundle/core';
import { execa } from 'execa';
import { isUnavailable, startEngines } from '../test/engine/index.ts';
import { toolEnvironment } from '../test/engine/docker.ts';
import {
  loads,
  pullFloor,
  pulls,
  pushes,
  saves,
  starts,
  verifies,
  exportImages,
  type Arena,
} from './contenders.ts';
import { measureLarge } from './large.ts';
import { fileSize, race, type Contender } from './measure.ts';
import { formatResults, type Result } from './report.ts';
import { createWorkload, publish } from './workload.ts';

const MiB = 1_048_576;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

interface Work {
  readonly work: string;
  readonly aim: number;
  readonly contenders: readonly Contender[];
  readonly floor?: Contender;
}

async function compete({ work, aim, contenders, floor }: Work, rounds: number): Promise<Result> {
  say(work);
  const timings = await race(floor === undefined ? contenders : [...contenders, floor], rounds);
  const [ours, ...rivals] = timings.slice(0, contenders.length);
  const least = timings[contenders.length];
  if (ours === undefined) throw new Error(`${work}: nobody took part`);
  return { work, aim, ours, rivals, ...(least !== undefined && { floor: least }) };
}

/** Makes the file that the later rows read, and finds what a floor has to fetch. */
async function prepareBundle(arena: Arena): Promise<{ bundle: string; floor: Contender }> {
  const bundle = join(arena.folder, 'bundle.tar');
  const task = exportImages(arena, 'registry', bundle);
  await execa(task.file, task.args, { stdin: 'ignore' });
  const reader = await openBundle(bundle);
  await reader.close();
  say(`${String(reader.index.blobs.length)} blobs, ${String(Math.round((await fileSize(bundle)) / 1e6))} MB`);
  return { bundle, floor: await pullFloor(arena, await layersOf(arena)) };
}

async function layersOf({ workload }: Arena): Promise<readonly { repository: string; digest: string }[]> {
  const layers = new Map<string, string>();
  for (const { repository, root } of workload.images) {
    for await (const { document } of walkManifests(root, workload.store)) {
      const own = document.kind === 'manifest' ? document.layers : [];
      own.forEach(({ digest }) => layers.set(digest, repository));
    }
  }
  return [...layers].map(([digest, repository]) => ({ digest, repository }));
}

/** The engine rows need the images in the engine; loading unpacks them, which is not timed. */
async function fillEngine(arena: Arena, bundle: string): Promise<void> {
  const env = toolEnvironment(arena.engines.containerd);
  await execa('docker', ['load', '--quiet', '--input', bundle], { env, stdin: 'ignore' });
}

async function races(arena: Arena, rounds: number): Promise<readonly Result[]> {
  const { bundle, floor } = await prepareBundle(arena);
  await fillEngine(arena, bundle);
  const works: readonly Work[] = [
    { work: 'registry → one verified bundle', aim: 0.7, contenders: pulls(arena), floor },
    { work: 'bundle → empty registry', aim: 0.4, contenders: pushes(arena, bundle) },
    { work: 'engine → bundle', aim: 1.15, contenders: saves(arena) },
    { work: 'bundle → engine, verified before and after', aim: 1.1, contenders: loads(arena, bundle) },
    { work: 'verify', aim: 1.1, contenders: verifies(arena, bundle) },
    { work: 'start', aim: 2, contenders: starts(arena) },
  ];
  const results: Result[] = [];
  for (const work of works.filter(isWanted)) results.push(await compete(work, rounds));
  return results;
}

/** `--only=TEXT` runs the rows whose name has it. */
function isWanted({ work }: Pick<Work, 'work'>): boolean {
  const only = option('only');
  return only === undefined || work.includes(only);
}

function option(name: string): string | undefined {
  const prefix = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
}

/** Prints each row as it is had: one takes minutes. */
async function printLarge({ folder, engines }: Arena): Promise<void> {
  say('10 GiB through export, verify and import');
  process.stdout.write(
    '\n| work | peak memory (aim ≤ 150 MiB) | disk beyond the result (aim 0) |\n| --- | --- | --- |\n',
  );
  for await (const { command, peakMemory, extraDisk } of measureLarge(
    folder,
    toolEnvironment(engines.containerd),
  ))
    process.stdout.write(
      `| 10 GiB ${command} | ${String(Math.round(peakMemory / MiB))} MiB | ${String(Math.round(extraDisk / MiB))} MiB |\n`,
    );
}

async function main(): Promise<void> {
  const started = await startEngines();
  if (isUnavailable(started)) throw new Error(`the benchmark needs real engines: ${started.reason}`);
  const folder = await mkdtemp(join(tmpdir(), 'xbundle-bench-'));
  try {
    say('making the images');
    const arena: Arena = { engines: started.engines, workload: await createWorkload(), folder };
    await publish(arena.workload, started.engines.registry.host);
    const results = await races(arena, Number(option('rounds') ?? 5));
    process.stdout.write(`${formatResults(results)}\n`);
    if (!process.argv.includes('--no-large') && isWanted({ work: '10 GiB' })) await printLarge(arena);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await started.stop();
  }
}

await main();
