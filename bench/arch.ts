/**
 * The architecture check of a 500 MB image against `gzip -dc` over the same layers:
 * `node tools/run.mjs bench/arch.ts [--rounds=5]`. Prints Markdown, asserts nothing.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { createImage, layerOf, realisticBytes, type Layer, type LayerFile } from '@xbundle/core/testing';
import { elfFor } from '../core/src/testing/images/arch-binaries.ts';
import { command, race, watch, type Contender } from './measure.ts';

const MiB = 1_048_576;
const LAYERS = 5;
const LAYER_BYTES = 100 * MiB;
/** As in real images: most files are small, most bytes are in large ones. */
const FILE_SIZES = [2_000, 2_000, 2_000, 8_000, 8_000, 8_000, 40_000, 40_000, 200_000, 2_000_000];
const program = fileURLToPath(new URL('../cli/bin/xbundle.js', import.meta.url));

async function makeLayer(number: number): Promise<Layer> {
  const files: LayerFile[] = [];
  for (let at = 0, count = 0; at < LAYER_BYTES; count++) {
    const size = FILE_SIZES[count % FILE_SIZES.length] ?? 0;
    const isProgram = count % 7 === 0;
    const content = realisticBytes(`${String(number)}/${String(count)}`, size);
    const whole = isProgram ? Buffer.concat([elfFor('arm64', { type: 3 }), content]) : content;
    files.push({
      name: `usr/lib/part${String(number)}/${String(count % 97)}/${String(count)}${isProgram ? '.so' : ''}`,
      content: whole,
    });
    at += size;
  }
  return layerOf(files);
}

interface Made {
  readonly folder: string;
  readonly layers: readonly string[];
  readonly bytes: number;
}

/** Writes the image as an OCI layout. */
async function makeLayout(folder: string): Promise<Made> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const descriptors: Layer[] = [];
  let bytes = 0;
  for (let number = 0; number < LAYERS; number++) {
    const layer = await makeLayer(number);
    if (!('bytes' in layer)) continue;
    bytes += layer.bytes.byteLength;
    await writeFile(join(blobs, layer.descriptor.digest.slice(7)), layer.bytes);
    descriptors.push({ ...layer, bytes: new Uint8Array() });
  }
  const image = createImage({ platform: 'linux/arm64', layers: descriptors, cmd: ['/bin/app'] });
  for (const { descriptor, bytes: content } of image.blobs.values()) {
    if (content.byteLength > 0) await writeFile(join(blobs, descriptor.digest.slice(7)), content);
  }
  const name = { 'io.containerd.image.name': 'docker.io/bench/arch:v1' };
  const index = { schemaVersion: 2, manifests: [{ ...image.manifest, annotations: name }] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const layers = descriptors.map(({ descriptor }) => join(blobs, descriptor.digest.slice(7)));
  return { folder, layers, bytes };
}

async function gunzip(layers: readonly string[]): Promise<void> {
  await execa('gzip', ['-dc', ...layers], { stdin: 'ignore', stdout: 'ignore' });
}

async function main(): Promise<void> {
  const rounds = Number(process.argv.find((text) => text.startsWith('--rounds='))?.slice(9) ?? 5);
  const folder = await mkdtemp(join(tmpdir(), 'xbundle-arch-'));
  try {
    const { layers, bytes } = await makeLayout(join(folder, 'layout'));
    const args = [program, 'check', join(folder, 'layout'), '--json', '--progress', 'none'];
    const env = { PATH: process.env['PATH'] ?? '' };
    const contenders: readonly Contender[] = [
      { name: 'xbundle check', run: () => command(process.execPath, args, { env }) },
      { name: 'gzip -dc', run: () => gunzip(layers) },
    ];
    const [ours, gzip] = await race(contenders, rounds);
    const { peakMemory } = await watch(process.execPath, args, { env, folder });
    const ratio = (ours?.median ?? Number.NaN) / (gzip?.median ?? Number.NaN);
    process.stdout.write(
      [
        `| check of ${String((LAYERS * LAYER_BYTES) / MiB)} MiB in ${String(LAYERS)} layers, ${String(Math.round(bytes / MiB))} MiB gzipped | seconds |`,
        '| --- | --- |',
        ...[ours, gzip].map((timing) => `| ${timing?.name ?? ''} | ${timing?.median.toFixed(2) ?? ''} |`),
        `| ratio (aim ≤ 1.3) | ${ratio.toFixed(2)} |`,
        `| peak memory (aim ≤ 150 MiB) | ${String(Math.round(peakMemory / MiB))} MiB |`,
        '',
      ].join('\n'),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
