import { runDocker, type DockerOptions } from './run-docker.ts';

/** A version whose parts can be compared. */
export interface ToolVersion {
  /** As it is written, such as `0.29.1+ds1`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The version of buildx, or undefined where the docker command has none. Errors: those of `runDocker`. */
export async function buildxVersion(options: DockerOptions = {}): Promise<ToolVersion | undefined> {
  const { exitCode, stdout } = await runDocker(['buildx', 'version'], options);
  return exitCode === 0 ? parseBuildxVersion(stdout) : undefined;
}

/** `github.com/docker/buildx v0.29.1 abc`; a version that is not written as one counts as 0.0.0, which is none. */
export function parseBuildxVersion(text: string): ToolVersion {
  return parseVersion(text.trim().split(/\s+/)[1] ?? '');
}

/** The version of the docker command, which needs no engine. Throws what `runDocker` throws. */
export async function dockerVersion(options: DockerOptions = {}): Promise<ToolVersion> {
  const { stdout } = await runDocker(['--version'], options);
  return parseDockerVersion(stdout);
}

/** `Docker version 28.5.2, build abc`; as with buildx, any other text counts as 0.0.0. */
export function parseDockerVersion(text: string): ToolVersion {
  return parseVersion((text.trim().split(/\s+/)[2] ?? '').replace(/,$/, ''));
}

function parseVersion(text: string): ToolVersion {
  const [, major = '0', minor = '0', patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return {
    text: text.replace(/^v(?=\d)/, ''),
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
  };
}

/** Whether a version is `major.minor` or later. */
export function isVersionAtLeast(version: ToolVersion, [major, minor]: readonly [number, number]): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
