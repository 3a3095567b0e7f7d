import { describe, expect, it } from 'vitest';
import { buildTarget } from '../../testing/builds/build-targets.ts';
import { planOf } from '../../testing/builds/planned-build.ts';
import { buildUnits } from '../build-unit.ts';
import { runSteps, type RunStep } from './run-steps.ts';

const plan = planOf({
  targets: [
    buildTarget('hub', { serve: { port: 80, name: 'hub.local', environment: {} } }),
    buildTarget('user', { needs: ['hub'] }),
    buildTarget('other'),
  ],
});
const units = buildUnits(plan.cells);

/** `id <- needs`, as far as they can be told. */
function lines(steps: readonly RunStep[]): readonly string[] {
  return steps.map(({ id, needs }) => [id, ...needs].join(' ').replaceAll('\0', ':'));
}

describe('the steps of a run', () => {
  it('start a service once its cell is done, and before what uses it', () => {
    expect(lines(runSteps(units, plan.services))).toEqual([
      'service:hub.local hub@linux/amd64',
      'hub@linux/amd64',
      'hub@linux/arm64',
      'user@linux/amd64 hub@linux/amd64 service:hub.local',
      'user@linux/arm64 hub@linux/amd64 service:hub.local',
      'other@linux/amd64',
      'other@linux/arm64',
    ]);
  });

  it('wait for nothing that an earlier run has done', () => {
    const left = units.filter(({ id }) => id === 'user@linux/arm64');
    expect(lines(runSteps(left, plan.services))).toEqual([
      'service:hub.local',
      'user@linux/arm64 service:hub.local',
    ]);
  });

  it('start no service that nobody uses', () => {
    const left = units.filter(({ id }) => !id.startsWith('user'));
    expect(runSteps(left, plan.services).map(({ kind }) => kind)).not.toContain('service');
  });
});
