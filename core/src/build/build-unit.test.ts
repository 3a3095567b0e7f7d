import { expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { buildTarget, planBuilder } from '../testing/builds/build-targets.ts';
import { linkTo, planOf, type PlanCase } from '../testing/builds/planned-build.ts';
import { buildUnits, unitCommand } from './build-unit.ts';

const CHAIN = [buildTarget('base'), buildTarget('app', linkTo('base'))];

function unitsOf(options: PlanCase['options']): readonly (readonly string[])[] {
  const { cells } = planOf({ targets: CHAIN, ...(options !== undefined && { options }) });
  return buildUnits(cells).map(({ id, needs }) => [id, ...needs]);
}

it('are the cells, unless all platforms of a component are built together', () => {
  expect(unitsOf({})).toEqual([
    ['base@linux/amd64'],
    ['base@linux/arm64'],
    ['app@linux/amd64', 'base@linux/amd64'],
    ['app@linux/arm64', 'base@linux/arm64'],
  ]);
  expect(unitsOf({ together: true })).toEqual([['base'], ['app', 'base']]);
});

it('have the plain command where a component has one platform', () => {
  const options = { together: true, platforms: parsePlatforms(['arm64']) };
  const [unit] = buildUnits(planOf({ targets: [buildTarget('app')], options }).cells);
  expect(unit?.id).toBe('app@linux/arm64');
  expect(unit && unitCommand(unit).args.slice(0, 2)).toEqual(['buildx', 'build']);
});

it.each<readonly [string, Pick<PlanCase, 'builder'>]>([
  ['several nodes', { builder: planBuilder({ one: ['amd64'], two: ['arm64'] }) }],
  ['a classic store', { builder: planBuilder({ one: ['amd64', 'arm64'] }, true) }],
])('of %s are refused together, which buildx cannot write', (_, { builder }) => {
  const plan = { targets: CHAIN, ...(builder !== undefined && { builder }), options: { together: true } };
  expect(() => planOf(plan)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
});
