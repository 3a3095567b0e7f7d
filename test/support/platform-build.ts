/** Builds of small Dockerfiles, to see what BuildKit makes of platform variables. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';

export interface PlatformBuild {
  readonly text: string;
  /** Default: linux/arm64. */
  readonly platform?: string;
  readonly args?: Readonly<Record<string, string>>;
}

export interface PlatformResult {
  readonly exitCode: number;
  readonly stderr: string;
  /** A file of the result, without its last newline; undefined where it has none. */
  read(name: string): Promise<string | undefined>;
}

export type BuildForPlatform = (request: PlatformBuild) => Promise<PlatformResult>;

/** A stage `probe` that runs busybox of the machine itself, so that nothing is emulated. */
export const PROBE = `FROM scratch AS probe
COPY --from=base amd64/bin/busybox /bin/busybox
SHELL ["/bin/busybox", "sh", "-c"]
`;

/** A last stage with what `probe` wrote into `/out`. */
export const PROBED = 'FROM scratch\nCOPY --from=probe /out/ /\n';

/** Builds with the containerd engine, below an existing directory. */
export function platformBuilds(engines: Engines, scratch: () => string): BuildForPlatform {
  let builds = 0;
  return async ({ text, platform = 'linux/arm64', args = {} }) => {
    const folder = join(scratch(), `build-${++builds}`);
    const [file, context, output] = ['Dockerfile', 'context', 'out'].map((name) => join(folder, name));
    await mkdir(context ?? '', { recursive: true });
    await writeFile(file ?? '', text);
    const { exitCode, stderr } = await docker(
      engines.containerd,
      [
        'buildx',
        'build',
        '--progress=plain',
        `--platform=${platform}`,
        `--build-context=base=${engines.baseContext.directory}`,
        ...Object.entries(args).map(([key, value]) => `--build-arg=${key}=${value}`),
        `--output=type=local,dest=${output ?? ''}`,
        `--file=${file ?? ''}`,
        context ?? '',
      ],
      { allowFailure: true },
    );
    return { exitCode, stderr, read: (name) => readIfThere(join(output ?? '', name)) };
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
