/**
 * The main job, on registries in this process and real files: `npm run demo`. No Docker is needed; with an
 * engine present the bundle is also loaded into it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createEngineClient, isXbundleError, resolveEndpoint } from '@xbundle/core';
import { randomIndex, startRegistry, type TestRegistry } from '@xbundle/core/testing';
import { execa } from 'execa';

const CLI = fileURLToPath(new URL('../cli/bin/xbundle.js', import.meta.url));
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

function say(text: string): void {
  process.stdout.write(`\n\u2500\u2500 ${text}\n`);
}

/** Runs the real command line as a user would, and insists on its exit code. */
async function xbundle(folder: string, expected: number, args: readonly string[]): Promise<void> {
  process.stdout.write(`$ xbundle ${args.join(' ')}\n`);
  const { exitCode } = await execa(process.execPath, [CLI, ...args], {
    cwd: folder,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
  });
  process.stdout.write(`exit code ${String(exitCode)}\n`);
  if (exitCode !== expected) throw new Error(`the demo expected exit code ${expected}`);
}

/** Three images of three platforms; the backend was never built for arm64. */
async function publishSamples(registry: TestRegistry): Promise<void> {
  for (const [name, platforms] of [
    ['shop/frontend', PLATFORMS],
    ['shop/backend', ['linux/amd64', 'linux/arm/v7']],
    ['shop/database', PLATFORMS],
  ] as const) {
    const image = await randomIndex(name, platforms, { layers: 3, layerBytes: 400_000, attestations: true });
    registry.push(name, 'v1', image);
  }
}

async function hasEngine(): Promise<boolean> {
  try {
    const client = createEngineClient(await resolveEndpoint());
    try {
      await client.apiVersion();
      return true;
    } finally {
      await client.close();
    }
  } catch (error) {
    if (isXbundleError(error)) return false;
    throw error;
  }
}

async function run(folder: string, build: TestRegistry, site: TestRegistry): Promise<void> {
  await publishSamples(build);
  const platform = `--platform=${PLATFORMS.join(',')}`;
  const images = ['frontend', 'backend', 'database'].map((name) => `${build.host}/shop/${name}:v1`);
  const [frontend = '', , database = ''] = images;

  say('A release of three images for three platforms. One cell was never built: nothing is written.');
  await xbundle(folder, 3, ['export', ...images, platform, '--from', 'registry', '-o', 'release.tar']);

  say('Without the incomplete image, all of it is there.');
  await xbundle(folder, 0, [
    'export',
    frontend,
    database,
    platform,
    '--from',
    'registry',
    '-o',
    'release.tar',
  ]);

  say('On the other side of the gap: is every byte, and every cell, there?');
  await xbundle(folder, 0, ['verify', 'release.tar']);

  say("Into the site's registry, which is then asked what it has.");
  await xbundle(folder, 0, [
    'import',
    'release.tar',
    '--to',
    `registry:${site.host}/mirror`,
    '--receipt',
    'receipt.json',
  ]);

  say('The receipt that goes back over the gap:');
  process.stdout.write(await readFile(join(folder, 'receipt.json'), 'utf8'));

  say('And into an OCI layout.');
  await xbundle(folder, 0, ['import', 'release.tar', '--to', 'oci:layout']);

  if (await hasEngine()) {
    say('A Docker Engine answers here: into that as well.');
    await xbundle(folder, 0, ['import', 'release.tar', '--to', 'docker', '--on-existing-tag', 'overwrite']);
  } else {
    say('No Docker Engine answers here, so that target is left out.');
  }
}

const folder = await mkdtemp(join(tmpdir(), 'xbundle-demo-'));
const build = await startRegistry();
const site = await startRegistry();
try {
  await run(folder, build, site);
  say('Done. Nothing was silently missing.');
} finally {
  await build.close();
  await site.close();
  await rm(folder, { recursive: true, force: true });
}
