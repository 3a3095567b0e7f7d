import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../model/index.ts';
import { buildTarget, planBuilder } from '../../testing/builds/build-targets.ts';
import { linkTo, planOf as plan, type PlanCase as Case } from '../../testing/builds/planned-build.ts';
import type { BuildPlan } from '../build-plan.ts';
import type { DockerfileFacts } from '../facts.ts';

const CROSS: DockerfileFacts = {
  args: {},
  stages: [
    { name: 'build', base: 'golang', platform: '$BUILDPLATFORM', line: 1, runs: [2], from: [] },
    { base: 'scratch', line: 3, runs: [], from: ['build'] },
  ],
};
const COPIES: DockerfileFacts = { args: {}, stages: [{ base: 'scratch', line: 1, runs: [], from: [] }] };

const edges = ({ cells }: BuildPlan): readonly string[] =>
  cells.map(({ id, needs }) =>
    [id.replace('linux/', ''), ...needs.map((need) => need.replace('linux/', ''))].join(' < '),
  );

describe('how a cell is built', () => {
  it.each<readonly [string, Pick<Case, 'dockerfile' | 'builder'>, readonly (string | undefined)[]]>([
    ['RUN on the target', {}, ['native here', 'emulated here']],
    ['RUN on the build machine alone', { dockerfile: CROSS }, ['native here', 'cross here']],
    ['no RUN', { dockerfile: COPIES }, ['native here', 'cross here']],
    ['no Dockerfile that can be read', { dockerfile: undefined }, ['native here', 'unknown here']],
    ['no emulator', { builder: planBuilder({ here: ['amd64'] }) }, ['native here', 'impossible here']],
    [
      'no emulator, and no need of one',
      { builder: planBuilder({ here: ['amd64'] }), dockerfile: CROSS },
      ['native here', 'cross here'],
    ],
    [
      'a node for each',
      { builder: planBuilder({ here: ['amd64'], there: ['arm64'] }) },
      ['native here', 'other-node there'],
    ],
    [
      'an emulator before the native node',
      { builder: planBuilder({ here: ['amd64', 'arm64'], there: ['arm64'] }) },
      ['native here', 'emulated here'],
    ],
    [
      'a node that was never started',
      { builder: planBuilder({ here: [] }) },
      ['unknown here', 'unknown here'],
    ],
    ['no node', { builder: planBuilder({}) }, ['impossible undefined', 'impossible undefined']],
  ])('with %s', (title, facts, expected) => {
    const { cells } = plan({ targets: [buildTarget('app')], ...facts });
    expect(
      cells.map(({ how, node }) => `${how} ${node}`),
      title,
    ).toEqual(expected);
  });

  it('with a node that cannot be asked is impossible', () => {
    const builder = planBuilder({ here: ['amd64'] });
    const nodes = builder.nodes.map((node) => ({ ...node, error: 'connection refused' }));
    const [cell] = plan({ targets: [buildTarget('app')], builder: { ...builder, nodes } }).cells;
    expect(cell).toMatchObject({
      how: 'impossible',
      reason: expect.stringContaining('connection refused') as string,
    });
  });

  it('says which line needs what no node executes', () => {
    const { cells } = plan({ targets: [buildTarget('app')], builder: planBuilder({ here: ['amd64'] }) });
    expect(cells[1]?.reason).toMatch(/RUN in line 3 needs linux\/arm64.*linux\/amd64/);
  });
});

describe('edges', () => {
  it('go between cells of one platform, and what is needed comes first', () => {
    const targets = [buildTarget('app', linkTo('base')), buildTarget('base', { tags: [] })];
    expect(edges(plan({ targets, selected: ['app'] }))).toEqual([
      'base@amd64',
      'app@amd64 < base@amd64',
      'base@arm64',
      'app@arm64 < base@arm64',
    ]);
  });

  it('of what is only waited for go to all its cells where platforms differ', () => {
    const amd64 = [parsePlatform('amd64')];
    const targets = [buildTarget('first', { platforms: amd64 }), buildTarget('app', { needs: ['first'] })];
    expect(edges(plan({ targets }))).toEqual([
      'first@amd64',
      'app@amd64 < first@amd64',
      'app@arm64 < first@amd64',
    ]);
  });

  it('lead to cells that nobody asked for, and say so', () => {
    const targets = [buildTarget('app', linkTo('base')), buildTarget('base')];
    const { cells } = plan({ targets, selected: ['app'], options: { platforms: [parsePlatform('arm64')] } });
    expect(cells.map(({ id, wanted }) => [id, wanted])).toEqual([
      ['base@linux/arm64', false],
      ['app@linux/arm64', true],
    ]);
  });

  it('carry named contexts', () => {
    const targets = [buildTarget('base'), buildTarget('app', linkTo('base'))];
    expect(plan({ targets }).cells.at(-1)?.contexts).toEqual([{ name: 'base', cell: 'base@linux/arm64' }]);
  });

  it('of a component that is not selected leave nothing behind', () => {
    const targets = [buildTarget('a'), buildTarget('b', { needs: ['c'] }), buildTarget('c')];
    expect(edges(plan({ targets, selected: ['a'] }))).toEqual(['a@amd64', 'a@arm64']);
  });
});

describe('a service', () => {
  const hub = buildTarget('hub', { serve: { port: 8080, name: 'packages', environment: {} } });
  const app = buildTarget('app', { needs: ['hub'] });

  it('runs on the platform of the build machine, for all that need it', () => {
    const { cells, services } = plan({ targets: [hub, app], selected: ['app'] });
    expect(services).toEqual([
      {
        name: 'packages',
        cell: 'hub@linux/amd64',
        serve: hub.serve,
        usedBy: ['app@linux/amd64', 'app@linux/arm64'],
      },
    ]);
    expect(cells.map(({ id, services: used }) => [id, ...used])).toEqual([
      ['hub@linux/amd64'],
      ['app@linux/amd64', 'packages'],
      ['app@linux/arm64', 'packages'],
    ]);
  });

  it('runs where it is told to', () => {
    const { services } = plan({ targets: [hub, app], options: { servePlatform: parsePlatform('arm64') } });
    expect(services[0]?.cell).toBe('hub@linux/arm64');
  });

  it('that is a context too is both', () => {
    const user = buildTarget('app', linkTo('hub'));
    const cell = plan({ targets: [hub, user] }).cells.at(-1);
    expect(cell).toMatchObject({ id: 'app@linux/arm64', services: ['packages'] });
    expect(cell?.needs).toEqual(['hub@linux/arm64', 'hub@linux/amd64']);
  });

  it('that nobody needs does not run', () => {
    expect(plan({ targets: [hub] }).services).toEqual([]);
  });
});
