/**
 * The 24 cells of examples/ai-infra against one plain `buildx bake`, against 24 builds one after the other, and on
 * their way into a bundle against a registry in between: `node tools/run.mjs bench/build.ts [--rounds=3]`.
 * Prints Markdown, asserts nothing. Uses the engines that XBUNDLE_TEST_ENGINES names, else starts its own.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { docker, toolEnvironment } from '../test/engine/docker.ts';
import { isUnavailable, startEngines, type Engines } from '../test/engine/index.ts';
import { imageNames } from '../test/support/engine-images.ts';
import { command, race, type Contender, type Environment } from './measure.ts';
import { formatResults, type Result } from './report.ts';

const example = fileURLToPath(new URL('../examples/ai-infra', import.meta.url));
const program =
  process.env['XBUNDLE_TEST_PROGRAM'] ?? fileURLToPath(new URL('../cli/bin/xbundle.js', import.meta.url));
const ARCHITECTURES = ['amd64', 'arm64'] as const;

interface Arena {
  readonly env: Environment;
  /** Another than xbundle's: an image whose name leads elsewhere since the last round would be loaded again. */
  readonly rivalTag: string;
  readonly folder: string;
  readonly components: readonly string[];
  readonly prefix: string;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function bake(arena: Arena, args: readonly string[], prefix = ''): Promise<void> {
  const env = { ...arena.env, TAG: arena.rivalTag, REGISTRY: prefix };
  await command('docker', ['buildx', 'bake', '--file', 'docker-bake.hcl', ...args], { env, cwd: example });
}

async function build(arena: Arena, args: readonly string[]): Promise<void> {
  const all = [program, 'build', '-f', 'docker-bake.hcl', '--progress', 'none', '--quiet', ...args];
  await command(process.execPath, all, { env: arena.env, cwd: example });
}

/** As a script would do it: each component for each platform, one after the other. */
async function buildOneByOne({ env, rivalTag, components }: Arena, args: readonly string[]): Promise<void> {
  for (const component of components) {
    for (const architecture of ARCHITECTURES) {
      const tag = `ai-infra/${component}:${rivalTag}-${architecture}`;
      const options = [
        `--platform=linux/${architecture}`,
        `--tag=${tag}`,
        `--build-arg=BASE=${env['BASE'] ?? ''}`,
      ];
      await command('docker', ['buildx', 'build', ...options, ...args, '--', component], {
        env,
        cwd: example,
      });
    }
  }
}

async function throughRegistry(arena: Arena): Promise<void> {
  await bake(arena, ['--push'], arena.prefix);
  const bundle = join(arena.folder, 'registry.tar');
  const images = arena.components.map(
    (component) => `${arena.prefix}ai-infra/${component}:${arena.rivalTag}`,
  );
  const args = [program, 'export', ...images, '--from', 'registry', '-o', bundle, '--overwrite', '--quiet'];
  await command(process.execPath, args, { env: arena.env });
}

/** What 24 invocations cost at least: buildx itself, as many at once as xbundle has by default, and no result. */
async function buildNothing({ env, components }: Arena): Promise<void> {
  const buildx = join(env['DOCKER_CONFIG'] ?? '', 'cli-plugins/docker-buildx');
  const cells = components.flatMap((component) => ARCHITECTURES.map((each) => [component, each] as const));
  const options = ['--output=type=cacheonly', '--provenance=false', `--build-arg=BASE=${env['BASE'] ?? ''}`];
  const quick = { ...env, BUILDX_GIT_INFO: 'false' };
  const worker = async (): Promise<void> => {
    for (let cell = cells.pop(); cell !== undefined; cell = cells.pop()) {
      const [component, architecture] = cell;
      const args = ['build', `--platform=linux/${architecture}`, ...options, '--', component];
      await command(buildx, args, { env: quick, cwd: example });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

interface Work {
  readonly work: string;
  readonly aim: number;
  readonly contenders: readonly Contender[];
  readonly floor?: Contender;
}

function works(arena: Arena): readonly Work[] {
  const intoEngine = (args: readonly string[]): Contender => ({
    name: 'xbundle build --load',
    run: () => build(arena, ['--load', ...args]),
  });
  const oneBake = (args: readonly string[]): Contender => ({
    name: 'one bake',
    run: () => bake(arena, args),
  });
  const sequential = (args: readonly string[]): Contender => ({
    name: '24 builds',
    run: () => buildOneByOne(arena, args),
  });
  const bundle = join(arena.folder, 'built.tar');
  return [
    {
      work: '24 cells, warm',
      aim: 1.15,
      contenders: [intoEngine([]), oneBake([])],
      floor: { name: '24 buildx without result', run: () => buildNothing(arena) },
    },
    { work: '24 cells, cold', aim: 1.15, contenders: [intoEngine(['--no-cache']), oneBake(['--no-cache'])] },
    { work: '24 cells, warm, --together', aim: 1.15, contenders: [intoEngine(['--together']), oneBake([])] },
    { work: '24 cells, warm', aim: 0.6, contenders: [intoEngine([]), sequential([])] },
    {
      work: '24 cells, cold',
      aim: 0.6,
      contenders: [intoEngine(['--no-cache']), sequential(['--no-cache'])],
    },
    {
      work: 'build to bundle, warm',
      aim: 0.8,
      contenders: [
        { name: 'xbundle build --export', run: () => build(arena, ['--export', bundle, '--overwrite']) },
        { name: 'bake --push, xbundle export', run: () => throughRegistry(arena) },
      ],
    },
  ];
}

async function compete({ work, aim, contenders, floor }: Work, rounds: number): Promise<Result> {
  say(`${work}: ${contenders.map(({ name }) => name).join(' against ')}`);
  const all = await race(floor === undefined ? contenders : [...contenders, floor], rounds);
  const [ours, ...rivals] = all.slice(0, contenders.length);
  if (ours === undefined) throw new Error(`${work}: nobody took part`);
  const least = all[contenders.length];
  return { work, aim, ours, rivals, ...(least !== undefined && { floor: least }) };
}

async function makeArena({ containerd, registry, baseContext }: Engines, folder: string): Promise<Arena> {
  const name = `xbundle-bench-${Date.now().toString(36)}`;
  const env = {
    ...toolEnvironment(containerd),
    XDG_STATE_HOME: join(folder, 'state'),
    BASE: `${name}/base:latest`,
    TAG: name,
  };
  const platforms = ARCHITECTURES.map((architecture) => `linux/${architecture}`).join();
  const args = [
    'buildx',
    'build',
    '--quiet',
    '--platform',
    platforms,
    '--tag',
    env.BASE,
    baseContext.directory,
  ];
  await docker(containerd, args);
  const { stdout } = await docker(containerd, ['buildx', 'bake', '--print', '--file', 'docker-bake.hcl'], {
    cwd: example,
  });
  const { target } = JSON.parse(stdout) as { readonly target: Readonly<Record<string, unknown>> };
  const components = Object.keys(target);
  return { env, folder, components, rivalTag: `${name}-rival`, prefix: `${registry.host}/${name}/` };
}

async function removeImages({ containerd }: Engines, { env }: Arena): Promise<void> {
  const own = (await imageNames(containerd)).filter((name) => name.includes(env['TAG'] ?? ''));
  if (own.length > 0) await docker(containerd, ['image', 'rm', '--force', ...own]);
}

async function runAll(engines: Engines, rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'xbundle-bench-'));
  const arena = await makeArena(engines, folder);
  try {
    // What is built for the first time is nobody's round.
    await bake(arena, []);
    await build(arena, ['--load']);
    const results: Result[] = [];
    for (const work of works(arena)) results.push(await compete(work, rounds));
    process.stdout.write(`${formatResults(results)}\n`);
  } finally {
    await removeImages(engines, arena);
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const rounds = Number(process.argv.find((each) => each.startsWith('--rounds='))?.slice(9) ?? 3);
  const given = process.env['XBUNDLE_TEST_ENGINES'];
  if (given !== undefined) {
    await runAll(JSON.parse(await readFile(given, 'utf8')) as Engines, rounds);
    return;
  }
  const started = await startEngines();
  if (isUnavailable(started)) throw new Error(`the benchmark needs real engines: ${started.reason}`);
  try {
    await runAll(started.engines, rounds);
  } finally {
    await started.stop();
  }
}

await main();
