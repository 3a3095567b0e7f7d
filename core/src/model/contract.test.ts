import { expect, it } from 'vitest';
import { isComplete, type Cell, type CellState } from './contract.ts';

it.each<[readonly CellState[], boolean]>([
  [[], true],
  [['present', 'present'], true],
  [['present', 'missing'], false],
  [['wrong'], false],
])('cells that are %j are complete: %s', (states, complete) => {
  const cells = states.map((state): Cell => ({ image: 'a', platform: 'linux/amd64', state }));
  expect(isComplete(cells)).toBe(complete);
});
