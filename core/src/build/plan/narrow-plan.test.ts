import { describe, expect, it } from 'vitest';
import type { BuildPlan } from '../build-plan.ts';
import { narrowPlan } from './narrow-plan.ts';

const cell = (id: string, needs: readonly string[] = []): object => ({ id, needs, wanted: true });
/** Only what is looked at. */
const plan = {
  builder: 'b',
  cells: [
    cell('base@a'),
    cell('hub@a'),
    cell('app@a', ['base@a', 'hub@a']),
    cell('base@b'),
    cell('app@b', ['base@b']),
  ],
  services: [{ name: 'hub', cell: 'hub@a', usedBy: ['app@a', 'app@b'] }],
} as unknown as BuildPlan;

describe('a plan for some of its cells', () => {
  it('has these and what they need, which is not wanted for itself', () => {
    const { cells, services } = narrowPlan(plan, ['app@b']);
    expect(cells.map(({ id, wanted }) => [id, wanted])).toEqual([
      ['base@b', false],
      ['app@b', true],
    ]);
    expect(services.map(({ usedBy }) => usedBy)).toEqual([['app@b']]);
  });

  it('has no service that nobody uses', () => {
    expect(narrowPlan(plan, ['base@a']).services).toEqual([]);
  });

  it('is refused for a cell that is not there', () => {
    expect(() => narrowPlan(plan, ['app@c'])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
