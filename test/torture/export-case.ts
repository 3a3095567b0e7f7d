/** An export that is always the same, for tests that end it early and see it through afterwards. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createImage, createIndex, startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { rawLayer } from '../../core/src/testing/images/raw-layer.ts';
import { xbundle } from '../support/cli.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

export const BUNDLE_NAME = 'out.tar';

export interface ExportCase {
  readonly registry: TestRegistry;
  /** A folder for whatever the test makes; gone after `close`. */
  readonly scratch: string;
  /** Of the bundle that an undisturbed run writes. */
  readonly digest: string;
  readonly size: number;
  /** How long an undisturbed run takes. */
  readonly durationMs: number;
  /** The command line that writes the bundle into this folder. */
  args(folder: string): readonly string[];
  /** A new empty folder. */
  folder(): Promise<string>;
  close(): Promise<void>;
}

export interface ExportCaseOptions {
  /** Sizes of the layers; each platform has them all, of its own. */
  readonly layers: readonly number[];
  /** Lets each answer with a blob come in pieces of this many bytes. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
  readonly jobs: number;
}

/** Starts a registry with an image for two platforms, and exports it once undisturbed. */
export async function makeExportCase(suite: string, options: ExportCaseOptions): Promise<ExportCase> {
  const { layers, drip, jobs } = options;
  const scratch = await makeScratch(suite);
  const registry = await startRegistry();
  const images = ['linux/amd64', 'linux/arm64'].map((platform) =>
    createImage({ platform, layers: layers.map((size, at) => rawLayer(`${platform} ${at}`, size)) }),
  );
  registry.push('team/app', 'v1', createIndex(images, { attestations: true }));
  if (drip !== undefined) {
    registry.fault({ match: { kind: 'blob' }, times: Infinity, action: { type: 'drip', ...drip } });
  }
  const image = `${registry.host}/team/app:v1`;
  const args = (folder: string): readonly string[] => [
    ...['export', image, '--platform', 'linux/amd64,linux/arm64', '--from', 'registry'],
    ...['--jobs', String(jobs), '-o', join(folder, BUNDLE_NAME), '-q'],
  ];
  let count = 0;
  const folder = async (): Promise<string> => {
    const path = join(scratch, String(count++));
    await mkdir(path);
    return path;
  };
  const undisturbed = await folder();
  const { exitCode, stderr, durationMs } = await xbundle(args(undisturbed));
  if (exitCode !== 0) throw new Error(`the undisturbed export has failed: ${stderr}`);
  const bundle = join(undisturbed, BUNDLE_NAME);
  const { size } = await stat(bundle);
  const digest = await digestOfFile(bundle);
  await rm(undisturbed, { recursive: true });
  const close = async (): Promise<void> => {
    await registry.close();
    await removeScratch(scratch);
  };
  return { registry, scratch, digest, size, durationMs, args, folder, close };
}

export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** How far a run got, by what lies in its folder. */
export async function stageOf(folder: string): Promise<string> {
  const names = await readdir(folder);
  const has = (name: string): boolean => names.includes(name);
  if (has(BUNDLE_NAME)) return names.length === 1 ? 'done' : 'published';
  if (has(`${BUNDLE_NAME}.partial.journal`)) return 'writing';
  if (has(`${BUNDLE_NAME}.partial`)) return 'beginning to write';
  return names.length === 0 ? 'nothing' : 'locked';
}
