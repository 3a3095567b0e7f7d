/** Images whose content is known to be right or wrong for their platforms. */
import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ArchReport } from '@xbundle/core';
import type { Layer } from '@xbundle/core/testing';
import { docker } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';
import { run } from '../engine/run.ts';
import type { CliRun } from './cli.ts';
import { manifestBytes } from './registry-images.ts';

export interface BuiltArchive {
  readonly dockerfile: string;
  readonly platforms: readonly string[];
  readonly name: string;
}

/** Builds with real buildx into an OCI archive, and gives its path. */
export async function buildArchive(
  engines: Engines,
  scratch: string,
  { dockerfile, platforms, name }: BuiltArchive,
): Promise<string> {
  const key = createHash('sha256').update(dockerfile).update(platforms.join()).digest('hex').slice(0, 12);
  const context = join(scratch, key);
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  await writeFile(join(context, 'notes.txt'), 'the same for every platform\n');
  const archive = join(scratch, `${key}.tar`);
  await docker(engines.containerd, [
    ...['buildx', 'build', '--quiet', '--platform', platforms.join()],
    ...['--output', `type=oci,dest=${archive},name=${name}`, context],
  ]);
  return archive;
}

/** Builds the base image into the registry, and gives the digest of its manifest for one platform. */
export async function pushBase(engines: Engines, name: string, platform: string): Promise<string> {
  const { directory, platforms } = engines.baseContext;
  const flags = ['--quiet', '--provenance=false', '--platform', platforms.join()];
  await docker(engines.containerd, ['buildx', 'build', ...flags, '--push', '--tag', name, directory]);
  const { manifests } = JSON.parse((await manifestBytes(name)).toString()) as {
    manifests: readonly Listed[];
  };
  const child = manifests.find((each) => `${each.platform.os}/${each.platform.architecture}` === platform);
  if (child === undefined) throw new Error(`${name} has no ${platform}`);
  return child.digest;
}

interface Listed {
  readonly digest: string;
  readonly platform: { readonly os: string; readonly architecture: string };
}

/** A directory as one gzipped layer. */
export async function layerOfDirectory(directory: string, scratch: string): Promise<Layer> {
  const path = join(scratch, `${createHash('sha256').update(directory).digest('hex')}.tar`);
  await run('tar', [
    '-C',
    directory,
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '-cf',
    path,
    '.',
  ]);
  const diffId = digestOf(await readFile(path));
  await run('gzip', ['-1', '-n', '-f', path]);
  const bytes = await readFile(`${path}.gz`);
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  return { bytes, diffId, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength } };
}

function digestOf(bytes: Uint8Array): Layer['diffId'] {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Layer['diffId'];
}

/** What `check --json` printed. */
export function checkOf({ stdout, stderr }: CliRun): ArchReport {
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout) as ArchReport;
}

/** `PLATFORM T1 error PATH` of each finding above info; the code where there is no path. */
export function findingsOf(run: CliRun): readonly string[] {
  return checkOf(run).cells.flatMap(({ platform, findings }) =>
    findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ tier, severity, path, code }) => `${platform} T${tier} ${severity} ${path ?? code}`),
  );
}
