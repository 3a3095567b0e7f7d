import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Engines } from '../test/engine/index.ts';
import { toolEnvironment } from '../test/engine/docker.ts';
import { startEmptyRegistry, type EmptyRegistry } from './empty-registry.ts';
import { command, type Contender, type Environment } from './measure.ts';
import type { Workload } from './workload.ts';

const CLI = fileURLToPath(new URL('../cli/bin/xbundle.js', import.meta.url));
/** How many processes of a one-image tool run at once: two cores are busy with four. */
const PROCESSES = 4;

/** What every contender works on. */
export interface Arena {
  readonly engines: Engines;
  readonly workload: Workload;
  /** An empty folder on the disk that is measured. */
  readonly folder: string;
}

interface Task {
  readonly file: string;
  readonly args: readonly string[];
}

function environment({ engines }: Arena): Environment {
  return { ...toolEnvironment(engines.containerd), NO_COLOR: '1' };
}

function at(arena: Arena, ...parts: readonly string[]): string {
  return join(arena.folder, ...parts);
}

async function runAll(arena: Arena, tasks: readonly Task[], atOnce: number): Promise<void> {
  const queue = [...tasks];
  const env = environment(arena);
  const work = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift())
      await command(task.file, task.args, { env });
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

export function xbundle(...args: readonly string[]): Task {
  return { file: process.execPath, args: [CLI, ...args, '--quiet'] };
}

function contender(
  arena: Arena,
  name: string,
  parts: { prepare?: Contender['prepare']; tasks: (round: number) => readonly (readonly Task[])[] },
): Contender {
  return {
    name,
    ...(parts.prepare !== undefined && { prepare: parts.prepare }),
    run: async (round) => {
      for (const step of parts.tasks(round)) await runAll(arena, step, PROCESSES);
    },
  };
}

function emptied(arena: Arena, ...names: readonly string[]): () => Promise<void> {
  return async () => {
    for (const name of names) await rm(at(arena, name), { recursive: true, force: true });
    await mkdir(at(arena, 'layout'), { recursive: true });
  };
}

/** The workload, from one of its sources, as one bundle. */
export function exportImages(arena: Arena, from: 'registry' | 'docker', output: string): Task {
  const images = references(arena);
  return xbundle(
    'export',
    ...images,
    '--platform=amd64,arm64',
    `--from=${from}`,
    '--no-arch-tags',
    '-o',
    output,
  );
}

function references({ engines, workload }: Arena): readonly string[] {
  return workload.images.map(({ repository }) => `${engines.registry.host}/${repository}:v1`);
}

/** Registry to one file: a layout, then tar, because none of the rivals writes many images into one archive. */
export function pulls(arena: Arena): readonly Contender[] {
  const images = references(arena);
  const layout = at(arena, 'layout');
  const tar = { file: 'tar', args: ['-cf', at(arena, 'out.tar'), '-C', layout, '.'] };
  const prepare = emptied(arena, 'layout', 'out.tar', 'ours.tar');
  // Writers of one layout race for its index.json, so these two take one image after the other.
  const skopeo = images.map((image) => [skopeoCopy(`docker://${image}`, `oci:${layout}:${image}`)]);
  const oras = images.map((image) => {
    const name = image.split('/').at(-1)?.split(':')[0] ?? '';
    return [orasCopy('--from-plain-http', '--to-oci-layout', image, `${layout}:${name}`)];
  });
  const crane = { file: 'crane', args: ['pull', '--format=oci', '--insecure', ...images, layout] };
  return [
    contender(arena, 'xbundle', {
      prepare,
      tasks: () => [[exportImages(arena, 'registry', at(arena, 'ours.tar'))]],
    }),
    contender(arena, 'skopeo', { prepare, tasks: () => [...skopeo, [tar]] }),
    contender(arena, 'crane', { prepare, tasks: () => [[crane], [tar]] }),
    contender(arena, 'oras', { prepare, tasks: () => [...oras, [tar]] }),
  ];
}

/** The least a download can take: all blobs at once to files, then one copy; nothing is hashed. */
export async function pullFloor(
  arena: Arena,
  blobs: readonly { readonly repository: string; readonly digest: string }[],
): Promise<Contender> {
  const list = at(arena, 'curl.txt');
  const { host } = arena.engines.registry;
  const lines = blobs.flatMap(({ repository, digest }, number) => [
    `url = "http://${host}/v2/${repository}/blobs/${digest}"`,
    `output = "${at(arena, 'curl', String(number))}"`,
  ]);
  await writeFile(list, `${lines.join('\n')}\n`);
  return contender(arena, 'curl', {
    prepare: async () => {
      await rm(at(arena, 'curl'), { recursive: true, force: true });
      await mkdir(at(arena, 'curl'), { recursive: true });
      await rm(at(arena, 'floor.tar'), { force: true });
    },
    tasks: () => [
      [{ file: 'curl', args: ['--silent', '--fail', '--parallel', '--parallel-max', '8', '--config', list] }],
      [{ file: 'tar', args: ['-cf', at(arena, 'floor.tar'), '-C', at(arena, 'curl'), '.'] }],
    ],
  });
}

/** One file to a registry that has nothing: each contender gets a new one in each round. */
export function pushes(arena: Arena, bundle: string): readonly Contender[] {
  const layout = at(arena, 'layout');
  const untar = { file: 'tar', args: ['-xf', bundle, '-C', layout] };
  const empty = emptied(arena, 'layout');
  let registry: EmptyRegistry | undefined;
  const prepare = async (): Promise<void> => {
    await empty();
    await registry?.stop();
    registry = await startEmptyRegistry(environment(arena));
  };
  const target = (): string => registry?.host ?? '';
  const { host } = arena.engines.registry;
  return [
    {
      ...contender(arena, 'xbundle', {
        prepare,
        tasks: () => [[xbundle('import', bundle, '--to', `registry:${target()}`)]],
      }),
      finish: async () => registry?.stop(),
    },
    contender(arena, 'skopeo', {
      prepare,
      tasks: () => [
        [untar],
        arena.workload.images.map(({ repository }) =>
          skopeoCopy(`oci:${layout}:${host}/${repository}:v1`, `docker://${target()}/${repository}:v1`),
        ),
      ],
    }),
    contender(arena, 'oras', {
      prepare,
      tasks: () => [
        [untar],
        arena.workload.images.map(({ repository, root }) =>
          orasCopy(
            '--to-plain-http',
            '--from-oci-layout',
            `${layout}@${root.digest}`,
            `${target()}/${repository}:v1`,
          ),
        ),
      ],
    }),
  ];
}

function skopeoCopy(from: string, to: string): Task {
  const tls = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  return {
    file: 'skopeo',
    args: ['--insecure-policy', 'copy', '--quiet', '--all', '--preserve-digests', ...tls, from, to],
  };
}

function orasCopy(...args: readonly string[]): Task {
  return { file: 'oras', args: ['cp', '--no-tty', '--concurrency', '8', ...args] };
}

export function saves(arena: Arena): readonly Contender[] {
  const images = references(arena);
  const prepare = emptied(arena, 'out.tar', 'ours.tar');
  return [
    contender(arena, 'xbundle', {
      prepare,
      tasks: () => [[exportImages(arena, 'docker', at(arena, 'ours.tar'))]],
    }),
    contender(arena, 'docker save', {
      prepare,
      tasks: () => [[{ file: 'docker', args: ['save', '-o', at(arena, 'out.tar'), ...images] }]],
    }),
  ];
}

export function loads(arena: Arena, bundle: string): readonly Contender[] {
  const images = references(arena);
  const env = environment(arena);
  const prepare = async (): Promise<void> => {
    await command('docker', ['image', 'rm', '--force', ...images], { env });
    // The store's garbage collector runs after the removal; content it has not reached yet would not be loaded.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  };
  return [
    contender(arena, 'xbundle', { prepare, tasks: () => [[xbundle('import', bundle, '--to', 'docker')]] }),
    contender(arena, 'docker load', {
      prepare,
      tasks: () => [[{ file: 'docker', args: ['load', '--quiet', '--input', bundle] }]],
    }),
  ];
}

export function verifies(arena: Arena, bundle: string): readonly Contender[] {
  return [
    contender(arena, 'xbundle', { tasks: () => [[xbundle('verify', bundle)]] }),
    contender(arena, 'openssl', { tasks: () => [[{ file: 'openssl', args: ['dgst', '-sha256', bundle] }]] }),
  ];
}

export function starts(arena: Arena): readonly Contender[] {
  return [
    contender(arena, 'xbundle --version', {
      tasks: () => [[{ file: process.execPath, args: [CLI, '--version'] }]],
    }),
    contender(arena, 'node -e 0', { tasks: () => [[{ file: process.execPath, args: ['-e', '0'] }]] }),
  ];
}
