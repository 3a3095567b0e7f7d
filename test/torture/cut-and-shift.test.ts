import { beforeAll, describe, expect, it } from 'vitest';
import { makeSmallBundle, sweep, verdictOf, type Damage } from './damage-sweep.ts';

const BLOCK = 512;
const APPENDED = 1024;

let bundle: Buffer;
beforeAll(async () => {
  bundle = await makeSmallBundle();
  expect(await verdictOf(bundle)).toBe('ok');
});

function* cuts(): Generator<Damage> {
  for (let length = 0; length < bundle.length; length++) {
    yield { what: `cut to ${length} bytes`, bundle: bundle.subarray(0, length) };
  }
}

function* additions(fill: (count: number) => Uint8Array): Generator<Damage> {
  for (let count = 1; count <= APPENDED; count++) {
    yield { what: `${count} bytes appended`, bundle: Buffer.concat([bundle, fill(count)]) };
  }
}

/** Each block left out, doubled, swapped with the next, or put in place of the next. Equal blocks swap unseen. */
function* shifts(): Generator<Damage> {
  for (let at = 0; at < bundle.length; at += BLOCK) {
    const before = bundle.subarray(0, at);
    const here = bundle.subarray(at, at + BLOCK);
    const next = bundle.subarray(at + BLOCK, at + 2 * BLOCK);
    const rest = bundle.subarray(at + 2 * BLOCK);
    const variants = {
      'left out': [before, next, rest],
      doubled: [before, here, here, next, rest],
      'swapped with the next': [before, next, here, rest],
      'in place of the next': [before, here, next.length > 0 ? here : next, rest],
    };
    for (const [what, pieces] of Object.entries(variants)) {
      const changed = Buffer.concat(pieces);
      if (!changed.equals(bundle)) yield { what: `block ${at / BLOCK} ${what}`, bundle: changed };
    }
  }
}

describe('a small bundle', () => {
  it.each([
    ['cut short at every length', cuts, () => bundle.length],
    ['with up to a KiB of zeros appended', () => additions((count) => Buffer.alloc(count)), () => APPENDED],
    [
      'with up to a KiB of its own start appended',
      () => additions((count) => bundle.subarray(0, count)),
      () => APPENDED,
    ],
    ['with any block left out, doubled or moved', shifts, () => bundle.length / BLOCK],
  ])('%s is found to be damaged', async (what, damages, atLeast) => {
    const { verified, undetected } = await sweep(damages());
    console.log(`verified ${verified} bundles, ${what}`);
    expect(undetected).toEqual([]);
    expect(verified).toBeGreaterThanOrEqual(atLeast());
  });
});
