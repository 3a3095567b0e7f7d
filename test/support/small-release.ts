/** Two images and a bundle of them, small and without an engine, for tests of what commands print and do. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  randomImage,
  randomIndex,
  startRegistry,
  type TestContent,
  type TestRegistry,
} from '@xbundle/core/testing';
import { xbundle, type CliRun } from './cli.ts';
import { makeScratch, removeScratch } from './scratch.ts';

export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

export interface SmallRelease {
  readonly scratch: string;
  /** Holds `team/app:v1` with attestations and `team/db:v1`; of `team/tool:v1` only its two arch tags. */
  readonly registry: TestRegistry;
  readonly app: TestContent;
  readonly db: TestContent;
  /** Full names. */
  readonly names: { readonly app: string; readonly db: string; readonly tool: string };
  /** A bundle of app and db. */
  readonly bundle: string;
  /** A new folder below scratch. */
  folder(title: string): Promise<string>;
  /** The arguments that export the bundle again. */
  exportArgs(output: string): readonly string[];
  close(): Promise<void>;
}

export async function makeSmallRelease(suite: string): Promise<SmallRelease> {
  const scratch = await makeScratch(suite);
  const registry = await startRegistry();
  const app = await randomIndex('app', PLATFORMS, { attestations: true });
  const db = await randomIndex('db', PLATFORMS);
  registry.push('team/app', 'v1', app);
  registry.push('team/db', 'v1', db);
  for (const platform of PLATFORMS) {
    registry.push('team/tool', platform.replace('linux/', 'v1-'), await randomImage('tool', platform));
  }
  const [appName, dbName, tool] = ['app', 'db', 'tool'].map((name) => `${registry.host}/team/${name}:v1`);
  const names = { app: appName ?? '', db: dbName ?? '', tool: tool ?? '' };
  const bundle = join(scratch, 'release.tar');
  await exportTo(bundle, [names.app, names.db]);
  const close = async (): Promise<void> => {
    await registry.close();
    await removeScratch(scratch);
  };
  const folder = (title: string): Promise<string> => mkdtemp(join(scratch, `${title} `));
  const exportArgs = (output: string): readonly string[] => [
    ...['export', names.app, names.db],
    ...['--from', 'registry', '-o', output],
  ];
  return { scratch, registry, app, db, names, bundle, folder, exportArgs, close };
}

export async function exportTo(bundle: string, names: readonly string[]): Promise<void> {
  const args = ['--platform', PLATFORMS.join(), '--from', 'registry', '-o', bundle];
  expect(await xbundle(['export', ...names, ...args])).toMatchObject({ exitCode: 0 });
}

/** Imports with `--json`. */
export function importInto(
  target: TestRegistry,
  bundle: string,
  flags: readonly string[] = [],
): Promise<CliRun> {
  return xbundle(['import', bundle, '--to', `registry:${target.host}`, '--json', ...flags]);
}

/** What was asked of a registry that changes anything there. */
export function writesTo({ requests }: TestRegistry): readonly string[] {
  return requests
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path}`);
}

/** Every tag of a registry with what it leads to. */
export function tagsOf({ store }: TestRegistry): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...store.repositories].flatMap(([name, { tags }]) =>
      [...tags].map(([tag, digest]) => [`${name}:${tag}`, digest]),
    ),
  );
}

/** The tags of a registry that has app and db and nothing else. */
export function releaseTags({ app, db }: SmallRelease): Readonly<Record<string, string>> {
  return { 'team/app:v1': app.manifest.digest, 'team/db:v1': db.manifest.digest };
}
