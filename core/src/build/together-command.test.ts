import { expect, it } from 'vitest';
import { parsePlatforms } from '../model/index.ts';
import { buildTarget, planBuilder, RUNS_ON_TARGET } from '../testing/builds/build-targets.ts';
import { linkTo } from '../testing/builds/planned-build.ts';
import { buildUnits, unitCommand, type BuildxCommand } from './build-unit.ts';
import { planBuild } from './plan/index.ts';
import type { BuildTarget } from './target.ts';

const paths = { store: '/run/store', layout: '/run/app', metadata: '/run/app.json' };
const digest = `sha256:${'b'.repeat(64)}`;

function together(parts: Partial<BuildTarget>, localOutput?: string): BuildxCommand {
  const base = buildTarget('base', { tags: [] });
  const definition = { directory: '/', targets: [base, buildTarget('app', parts)], selected: ['app'] };
  const facts = {
    builder: planBuilder({ one: ['amd64', 'arm64'] }),
    dockerfiles: new Map([['app', RUNS_ON_TARGET]]),
  };
  const platforms = parsePlatforms(['amd64,arm64']);
  const { cells } = planBuild(definition, facts, { platforms, localOutput, together: true });
  const unit = buildUnits(cells).find(({ id }) => id === 'app');
  if (unit === undefined) throw new Error('no unit');
  return unitCommand(unit, paths, { digests: { 'base@linux/amd64': digest } });
}

function component({ input = '' }: BuildxCommand): unknown {
  return (JSON.parse(input) as { target: { component: unknown } }).target.component;
}

it('builds all platforms of a component as one bake', () => {
  const command = together({ ...linkTo('base'), entitlements: ['network.host'] });
  expect(command.args).toEqual([
    'buildx',
    'bake',
    '--builder=builder',
    '--progress=rawjson',
    '--metadata-file=/run/app.json',
    '--allow=fs=*',
    '--allow=network.host',
    '--file=-',
    'component',
  ]);
  expect(component(command)).toMatchObject({
    context: '/src/app',
    tags: ['docker.io/app/app:v1'],
    platforms: ['linux/amd64', 'linux/arm64'],
    contexts: { base: `oci-layout:///run/store@${digest}` },
    output: ['type=oci,tar=false,dest=/run/app'],
    attest: ['type=provenance,disabled=true', 'type=sbom,disabled=true'],
  });
});

it('writes no text that bake takes for a template', () => {
  const command = together({ args: { A: '${B}', C: '%{ if', 'D${': '$${' }, labels: { l: '$E %F' } });
  expect(component(command)).toMatchObject({
    args: { A: '$${B}', C: '%%{ if', 'D$${': '$$${' },
    labels: { l: '$E %F' },
  });
});

it('leaves the folders of platforms to BuildKit', () => {
  expect(component(together({}, '/out'))).toMatchObject({ output: ['type=local,dest=/out'] });
});
