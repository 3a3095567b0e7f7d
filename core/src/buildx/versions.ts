import { z } from 'zod';
import { parseDockerJson } from './docker-json.ts';
import { complaintOf, runDocker, type DockerOptions } from './run-docker.ts';

/** A version whose parts can be compared. */
export interface ToolVersion {
  /** As it is written, such as `0.29.1+ds1`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export interface DockerVersions {
  readonly client: ToolVersion;
  /** Of the engine in use; undefined when it gave no answer. */
  readonly engine?: ToolVersion;
  /** Why there is no engine's version, in docker's words. */
  readonly problem?: string;
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

const versionSchema = z.looseObject({
  Client: z.looseObject({ Version: z.string() }),
  Server: z.looseObject({ Version: z.string() }).nullish(),
});

/**
 * The versions of the docker command and of the engine it uses; a silent engine is a result, not an error. Throws
 * REMOTE_INVALID for an answer that is none, and what `runDocker` throws.
 */
export async function dockerVersion(options: DockerOptions = {}): Promise<DockerVersions> {
  const { stdout, stderr } = await runDocker(['version', '--format', '{{json .}}'], options);
  return parseDockerVersion(stdout, stderr);
}

export function parseDockerVersion(stdout: string, stderr: string): DockerVersions {
  const { Client, Server } = parseDockerJson(versionSchema, stdout, 'version');
  return {
    client: parseVersion(Client.Version),
    ...(Server ? { engine: parseVersion(Server.Version) } : { problem: complaintOf(stderr) }),
  };
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
