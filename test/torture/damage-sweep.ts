/** One small bundle, damaged in every way there is: shared by the files that each take a part of the ways. */
import { isXbundleError, verifyBundle, planBundle, type Bytes } from '@xbundle/core';
import { createImage, createIndex, MemoryStore } from '@xbundle/core/testing';
import { bundleBytes, requestFor } from '../../core/src/testing/bundles/bundle-parts.ts';
import { rawLayer } from '../../core/src/testing/images/raw-layer.ts';

/** Makes a bundle of about 48 KiB. */
const LAYER_BYTES = 10_000;

/** A worker that never comes back to its event loop is taken for dead. */
const BREATHE_EVERY = 200;

/** The bytes of a bundle with every kind of entry: an index, two manifests, two configs, layers, attestations. */
export async function makeSmallBundle(): Promise<Buffer> {
  const platforms = ['linux/amd64', 'linux/arm64'];
  const images = platforms.map((platform) =>
    createImage({ platform, layers: [rawLayer(platform, LAYER_BYTES)] }),
  );
  const store = new MemoryStore().add(createIndex(images, { attestations: true }), 'app:v1');
  return bundleBytes(await planBundle([requestFor('app:v1', store)]));
}

/** What verifying found; anything but `failed` about a damaged bundle is a bug. */
export async function verdictOf(bundle: Uint8Array): Promise<string> {
  try {
    const { integrity } = await verifyBundle(inOnePiece(bundle));
    return integrity;
  } catch (error) {
    if (isXbundleError(error) && (error.exitCode === 4 || error.exitCode === 9)) return 'failed';
    return `threw ${String(error)}`;
  }
}

async function* inOnePiece(bundle: Uint8Array): Bytes {
  yield await Promise.resolve(bundle);
}

/** A bundle with something wrong, and the words for it. */
export interface Damage {
  readonly what: string;
  readonly bundle: Uint8Array;
}

export interface Sweep {
  readonly verified: number;
  /** What verifying did not find, or died of. */
  readonly undetected: readonly string[];
}

/** Verifies each; a damaged bundle is used up before the next is asked for, so all may share their bytes. */
export async function sweep(damages: Iterable<Damage>): Promise<Sweep> {
  const undetected: string[] = [];
  let verified = 0;
  for (const { what, bundle } of damages) {
    const verdict = await verdictOf(bundle);
    if (verdict !== 'failed') undetected.push(`${what}: ${verdict}`);
    if (++verified % BREATHE_EVERY === 0) await new Promise(setImmediate);
  }
  return { verified, undetected };
}

/** One bit of every second byte, from the byte `first` on, flipped in turn. */
function* flips(original: Uint8Array, first: 0 | 1, bit: number): Generator<Damage> {
  const bundle = Buffer.from(original);
  for (let at = first; at < bundle.length; at += 2) {
    const byte = bundle[at] ?? 0;
    bundle[at] = byte ^ (1 << bit);
    yield { what: `bit ${bit} of byte ${at}`, bundle };
    bundle[at] = byte;
  }
}

/** Flips that bit of every even or odd byte, verifies each, and gives what of it there was to find. */
export async function sweepFlips(bundle: Uint8Array, first: 0 | 1, bit: number): Promise<readonly string[]> {
  const { verified, undetected } = await sweep(flips(bundle, first, bit));
  if (verified === bundle.length / 2) return undetected;
  throw new Error(`verified ${verified} bundles, and there are ${bundle.length / 2} such bits`);
}
