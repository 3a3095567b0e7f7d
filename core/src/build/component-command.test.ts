import { expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { buildTarget, planBuilder, RUNS_ON_TARGET } from '../testing/builds/build-targets.ts';
import { componentCommands, type ComponentCommand } from './component-command.ts';
import { planBuild } from './plan/index.ts';
import type { BuildTarget } from './target.ts';

const outputs = { load: true, push: false };

function commands(targets: readonly BuildTarget[], emulates = true): readonly ComponentCommand[] {
  const builder = planBuilder({ one: emulates ? ['amd64', 'arm64'] : ['amd64'] });
  const dockerfiles = new Map(targets.map(({ name }) => [name, RUNS_ON_TARGET]));
  const definition = { directory: '/', targets, selected: targets.map(({ name }) => name) };
  const platforms = parsePlatforms(['amd64,arm64']);
  return componentCommands(planBuild(definition, { builder, dockerfiles }, { platforms }), outputs);
}

it('builds all platforms of a component into the engine, with the builder of whoever runs it', () => {
  const app = buildTarget('app', { dockerfile: '/src/app/Dockerfile', stage: 'final', args: { A: 'a b' } });
  expect(commands([app])).toEqual([
    {
      component: 'app',
      cells: ['app@linux/amd64', 'app@linux/arm64'],
      needs: [],
      args: [
        'buildx',
        'build',
        '--platform=linux/amd64,linux/arm64',
        '--progress=rawjson',
        '--file=/src/app/Dockerfile',
        '--target=final',
        '--tag=docker.io/app/app:v1',
        '--build-arg=A=a b',
        '--provenance=false',
        '--load',
        '--',
        '/src/app',
      ],
    },
  ]);
});

it('finds another component by the name that it has been given', () => {
  const base = buildTarget('base');
  const app = buildTarget('app', { contexts: { base: { kind: 'target', target: 'base' } } });
  const [, command] = commands([base, app]);
  expect(command).toMatchObject({ component: 'app', needs: ['base'] });
  expect(command?.args).toContain('--build-context=base=docker-image://docker.io/app/base:v1');
});

it('leaves out what cannot be built', () => {
  expect(commands([buildTarget('app')], false)).toMatchObject([{ cells: ['app@linux/amd64'] }]);
});

it.each<readonly [string, Partial<BuildTarget>, RegExp]>([
  ['a Dockerfile of the definition', { dockerfileInline: 'FROM x' }, /standard input/],
  ['an image without a name', { tags: [] }, /no tag/],
])('says why %s has no command', (_, parts, obstacle) => {
  const [command] = commands([buildTarget('app', parts)]);
  expect(command?.args).toBeUndefined();
  expect(command?.obstacle).toMatch(obstacle);
});
