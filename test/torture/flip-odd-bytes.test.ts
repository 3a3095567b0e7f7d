import { expect, it } from 'vitest';
import { flips, makeSmallBundle, sweep, verdictOf } from './damage-sweep.ts';

it('finds every single flipped bit of every odd byte', async () => {
  const bundle = await makeSmallBundle();
  expect(await verdictOf(bundle)).toBe('ok');
  const { verified, undetected } = await sweep(flips(bundle, 1));
  console.log(`verified ${verified} bundles, each with one bit of its ${bundle.length} bytes flipped`);
  expect(undetected).toEqual([]);
  expect(verified).toBe(bundle.length * 4);
});
