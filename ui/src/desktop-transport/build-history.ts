import type { TabCommand } from '@xbundle/backend/contract';
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
  Context: z.string().optional(),
  Dockerfile: z.string().optional(),
  Target: z.string().optional(),
  Platform: z.array(z.string()).optional(),
  BuildArgs: z.array(z.looseObject({ Name: z.string(), Value: z.string() })).optional(),
  Status: z.string(),
});
type BuildRecord = z.infer<typeof recordSchema>;

/** What a builder remembers of a build. */
export interface FoundBuild {
  readonly ref: string;
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
  const builder = commands[0]?.args.find((arg) => arg.startsWith('--builder='));
  const history = (...args: readonly string[]): readonly string[] => [
    'buildx',
    'history',
    ...(builder === undefined ? [] : [builder]),
    ...args,
  ];
  const inspect = async (ref: string): Promise<BuildRecord | undefined> =>
    recordSchema.safeParse(
      parse((await output(desktop, history('inspect', '--format=json', ref))).join('\n')),
    ).data;
  const listed = (await output(desktop, history('ls', '--format=json', '--no-trunc')))
    .flatMap((line) => listedSchema.safeParse(parse(line)).data ?? [])
    .filter((each) => Date.parse(each.created_at) >= since - CLOCK_MS)
    .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
  const found = new Map<string, FoundBuild>();
  for (const { ref: whole } of listed.slice(0, MOST_RECORDS)) {
    const ref = whole.split('/').at(-1) ?? whole;
    const record = await inspect(ref);
    // Of several alike the newest is it: `listed` begins with that.
    const command = commands.find((each) => !found.has(each.component) && isOf(record, each));
    if (command === undefined) continue;
    found.set(command.component, {
      ref,
      replay: async (onLine) => {
        await runDocker(desktop, history('logs', '--progress=rawjson', ref), { onLine }).outcome;
      },
      exitCode: async () => EXIT_CODES[(await inspect(ref))?.Status ?? ''] ?? 1,
    });
  }
  return found;
}

const EXIT_CODES: Readonly<Record<string, number>> = { completed: 0, canceled: 130 };

async function output(desktop: Docker, args: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    if (stream === 'stdout') lines.push(line);
  };
  const { exitCode } = await runDocker(desktop, args, { onLine }).outcome;
  return exitCode === 0 ? lines : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A build has no name of its own: it is known by what it was asked for. */
function isOf(record: BuildRecord | undefined, { args }: TabCommand): boolean {
  if (record === undefined) return false;
  const valueOf = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const context = args.at(-1) ?? '';
  const platforms = (valueOf('platform') ?? '').split(',');
  const wanted = args.flatMap((arg) =>
    arg.startsWith('--build-arg=') ? [arg.slice('--build-arg='.length)] : [],
  );
  const given = (record.BuildArgs ?? []).map(({ Name, Value }) => `${Name}=${Value}`);
  return (
    samePath(record.Context, context) &&
    (record.Target ?? '') === (valueOf('target') ?? '') &&
    sameList(record.Platform ?? platforms, platforms) &&
    wanted.every((each) => given.includes(each)) &&
    isFile(record.Dockerfile, valueOf('file'), context)
  );
}

/** The record names a Dockerfile in its context by its way from there. */
function isFile(recorded: string | undefined, file: string | undefined, context: string): boolean {
  if (recorded === undefined || file === undefined) return true;
  return samePath(recorded, file) || samePath(`${context.replace(/[\\/]+$/, '')}/${recorded}`, file);
}

function samePath(a: string | undefined, b: string): boolean {
  const plain = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/, '');
  return a !== undefined && plain(a) === plain(b);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}
