import { beforeAll, expect, it } from 'vitest';
import { makeSmallBundle, sweepFlips, verdictOf } from './damage-sweep.ts';

let bundle: Buffer;
beforeAll(async () => {
  bundle = await makeSmallBundle();
  expect(await verdictOf(bundle)).toBe('ok');
});

it.each([0, 1, 2, 3, 4, 5, 6, 7])('finds bit %i flipped in every even byte', async (bit) => {
  expect(await sweepFlips(bundle, 0, bit)).toEqual([]);
});
