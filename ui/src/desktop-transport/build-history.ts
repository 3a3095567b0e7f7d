import { jsonOf, type TabCommand } from '@xbundle/backend/contract';
import { z } from 'zod';
import type { DesktopClient } from './dd-client.ts';
import { runDocker } from './docker-cli.ts';

type Docker = Pick<DesktopClient, 'docker'>;

/** Clocks of this machine and of a builder elsewhere may differ. */
const CLOCK_MS = 10_000;
/** The newest builds that are looked at. */
const MOST_RECORDS = 100;

const listedSchema = z.looseObject({ ref: z.string(), created_at: z.string() });

const recordSchema = z.looseObject({
  Context: z.string().default(''),
  Dockerfile: z.string().default(''),
  Target: z.string().default(''),
  /** A build for the builder's own platform may name none. */
  Platform: z.array(z.string()).optional(),
  BuildArgs: z.array(z.looseObject({ Name: z.string(), Value: z.string() })).default([]),
  Status: z.string(),
});
type BuildRecord = z.infer<typeof recordSchema>;

/** What a builder remembers of a build. */
export interface FoundBuild {
  /** Follows a build that still runs to its end; of one that has ended it gives the log. */
  readonly replay: (onLine: (line: string) => void) => Promise<void>;
  /** As the command would have ended: 0, 130 for one that was stopped, 1. */
  readonly exitCode: () => Promise<number>;
}

/** The builds that a builder's history has of these commands, of those begun since `since` (milliseconds). */
export async function findBuilds(
  desktop: Docker,
  commands: readonly TabCommand[],
  since: number,
): Promise<ReadonlyMap<string, FoundBuild>> {
  const history = new BuildHistory(desktop, commands[0]?.args ?? []);
  const found = new Map<string, FoundBuild>();
  for (const ref of await history.refs(since - CLOCK_MS)) {
    const record = await history.inspect(ref);
    // Of several alike the newest is it, and the list begins with that.
    const command = commands.find(
      (each) => record !== undefined && !found.has(each.component) && isOf(record, each),
    );
    if (command !== undefined) found.set(command.component, history.build(ref));
  }
  return found;
}

/** What the builder of a command remembers. */
class BuildHistory {
  readonly #desktop: Docker;
  readonly #builder: readonly string[];

  constructor(desktop: Docker, command: readonly string[]) {
    this.#desktop = desktop;
    this.#builder = command.filter((arg) => arg.startsWith('--builder='));
  }

  /** Builds begun since then, the newest first. */
  async refs(since: number): Promise<readonly string[]> {
    const lines = await this.#output('ls', '--format=json', '--no-trunc');
    const listed = lines
      .flatMap((line) => listedSchema.safeParse(jsonOf(line)).data ?? [])
      .map(({ ref, created_at }) => ({ ref: ref.split('/').at(-1) ?? ref, begun: Date.parse(created_at) }))
      .filter(({ begun }) => begun >= since)
      .sort((a, b) => b.begun - a.begun);
    return listed.slice(0, MOST_RECORDS).map(({ ref }) => ref);
  }

  async inspect(ref: string): Promise<BuildRecord | undefined> {
    const lines = await this.#output('inspect', '--format=json', ref);
    return recordSchema.safeParse(jsonOf(lines.join('\n'))).data;
  }

  build(ref: string): FoundBuild {
    return {
      replay: async (onLine) => {
        await runDocker(this.#desktop, this.#args('logs', '--progress=rawjson', ref), { onLine }).outcome;
      },
      exitCode: async () => EXIT_CODES[(await this.inspect(ref))?.Status ?? ''] ?? 1,
    };
  }

  #args(...args: readonly string[]): readonly string[] {
    return ['buildx', 'history', ...this.#builder, ...args];
  }

  /** Lines of standard output; none of a command that failed. */
  async #output(...args: readonly string[]): Promise<readonly string[]> {
    const lines: string[] = [];
    const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
      if (stream === 'stdout') lines.push(line);
    };
    const { exitCode } = await runDocker(this.#desktop, this.#args(...args), { onLine }).outcome;
    return exitCode === 0 ? lines : [];
  }
}

const EXIT_CODES: Readonly<Record<string, number>> = { completed: 0, canceled: 130 };

/** A build has no name of its own: it is known by what it was asked for. */
function isOf(record: BuildRecord, { args }: TabCommand): boolean {
  const valuesOf = (name: string): readonly string[] =>
    args.flatMap((arg) => (arg.startsWith(`--${name}=`) ? [arg.slice(name.length + 3)] : []));
  const { Context, Dockerfile, Target, Platform, BuildArgs } = record;
  const [platforms = ''] = valuesOf('platform');
  const [file = Dockerfile] = valuesOf('file');
  const [target = ''] = valuesOf('target');
  const given = BuildArgs.map(({ Name, Value }) => `${Name}=${Value}`);
  return (
    isPath(Context, args.at(-1) ?? '') &&
    isPath(Dockerfile, file) &&
    Target === target &&
    (Platform === undefined || sameList(Platform, platforms.split(','))) &&
    valuesOf('build-arg').every((each) => given.includes(each))
  );
}

/** The record has ways from where it is asked, and of a Dockerfile from its context: how they end is what counts. */
function isPath(recorded: string, path: string): boolean {
  const plain = (text: string): string => text.replaceAll('\\', '/').replace(/\/+$/, '');
  const end = plain(recorded).replace(/^(?:\.{1,2}(?:\/|$))+/, '');
  return end === '' || plain(path) === end || plain(path).endsWith(`/${end.replace(/^\//, '')}`);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}
