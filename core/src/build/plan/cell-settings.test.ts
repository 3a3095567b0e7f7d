import { describe, expect, it } from 'vitest';
import { formatReference, parsePlatform, parsePlatforms } from '../../model/index.ts';
import { buildTarget, planBuilder } from '../../testing/builds/build-targets.ts';
import {
  linkTo,
  planOf as plan,
  TWO_PLATFORMS as both,
  type PlanCase as Case,
} from '../../testing/builds/planned-build.ts';
import type { BuildPlan } from '../build-plan.ts';
import type { BuildTarget } from '../target.ts';

const edges = ({ cells }: BuildPlan): readonly string[] =>
  cells.map(({ id, needs }) =>
    [id.replace('linux/', ''), ...needs.map((need) => need.replace('linux/', ''))].join(' < '),
  );

describe('platforms', () => {
  const amd64 = [parsePlatform('amd64')];

  it.each<readonly [string, Case, readonly string[]]>([
    ['asked for', { targets: [buildTarget('a')] }, ['a@amd64', 'a@arm64']],
    [
      'of a component win over those asked for',
      { targets: [buildTarget('a', { platforms: amd64 }), buildTarget('b')] },
      ['a@amd64', 'b@amd64', 'b@arm64'],
    ],
    [
      'of a component are narrowed',
      { targets: [buildTarget('a', { platforms: both })], options: { platforms: amd64 } },
      ['a@amd64'],
    ],
    [
      'of the definition',
      { targets: [buildTarget('a')], definition: { platforms: both }, options: { platforms: [] } },
      ['a@amd64', 'a@arm64'],
    ],
    ['of the builder', { targets: [buildTarget('a')], options: { platforms: [] } }, ['a@amd64']],
  ])('%s', (title, given, expected) => {
    expect(edges(plan(given)), title).toEqual(expected);
  });

  it('that a component is not for are noted', () => {
    const targets = [buildTarget('a', { platforms: amd64 }), buildTarget('b')];
    const { cells, notes } = plan({ targets, options: { platforms: parsePlatforms(['arm64']) } });
    expect(cells.map(({ id }) => id)).toEqual(['b@linux/arm64']);
    expect(notes).toMatchObject([
      { code: 'platform-left-out', values: { platform: 'linux/arm64', components: 'a' } },
    ]);
  });

  it('that no component is for are refused, though others are left', () => {
    const make = (): BuildPlan => plan({ targets: [buildTarget('a', { platforms: amd64 })] });
    expect(make).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it.each<readonly [string, Case]>([
    [
      'that leave nothing at all',
      { targets: [buildTarget('a', { platforms: amd64 })], options: { platforms: [parsePlatform('s390x')] } },
    ],
    [
      'that nobody names',
      { targets: [buildTarget('a')], builder: planBuilder({ here: [] }), options: { platforms: [] } },
    ],
  ])('%s are refused', (title, given) => {
    expect(() => plan(given), title).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('results', () => {
  const targets = [buildTarget('base'), buildTarget('app', linkTo('base'))];
  const outputs = (given: Case): readonly string[] =>
    plan(given).cells.map(({ id, settings }) =>
      [
        id.replace('linux/', ''),
        ...settings.outputs.map((output) => (output.kind === 'local' ? output.directory : output.kind)),
      ].join(' '),
    );

  it('go into the store', () => {
    expect(outputs({ targets })).toEqual([
      'base@amd64 oci',
      'base@arm64 oci',
      'app@amd64 oci',
      'app@arm64 oci',
    ]);
  });

  it('are files where those are wanted, and images too where others are made of them', () => {
    expect(outputs({ targets, options: { localOutput: '/out' } })).toEqual([
      'base@amd64 /out/base/linux_amd64 oci',
      'base@arm64 /out/base/linux_arm64 oci',
      'app@amd64 /out/app/linux_amd64',
      'app@arm64 /out/app/linux_arm64',
    ]);
    const options = { localOutput: '/out', platforms: parsePlatforms(['arm/v7']) };
    expect(outputs({ targets: [buildTarget('a')], options })).toEqual(['a@arm/v7 /out/linux_arm_v7']);
  });

  it('go into the engine, under arch tags, where there is no OCI exporter', () => {
    const unnamed = [buildTarget('My.Base', { tags: [] }), buildTarget('app', linkTo('My.Base'))];
    const { cells, notes } = plan({
      targets: unnamed,
      builder: planBuilder({ default: ['amd64', 'arm64'] }, true),
    });
    const tags = cells.map(
      ({
        settings: {
          outputs: [output],
        },
      }) => (output?.kind === 'engine' ? output.tags.map(formatReference) : []),
    );
    expect(tags).toEqual([
      ['docker.io/xbundle-build/my-base:latest-amd64'],
      ['docker.io/xbundle-build/my-base:latest-arm64'],
      ['docker.io/app/app:v1-amd64'],
      ['docker.io/app/app:v1-arm64'],
    ]);
    expect(cells.at(-1)?.contexts[0]?.tag).toMatchObject({ tag: 'latest-arm64' });
    expect(notes).toMatchObject([
      { code: 'kept-in-engine', values: { builder: 'builder', tag: 'xbundle-build/my-base:latest-amd64' } },
    ]);
  });
});

describe('attestations', () => {
  const wanting = (...attest: BuildTarget['attest']): Case => ({ targets: [buildTarget('app', { attest })] });

  it.each<readonly [string, Case, readonly [string, string]]>([
    ['none', wanting(), ['false', 'false']],
    [
      'those of the component',
      wanting({ type: 'provenance', mode: 'max' }, { type: 'sbom' }),
      ['mode=max', 'true'],
    ],
    [
      'none that the component switches off',
      wanting({ type: 'provenance', disabled: 'true' }),
      ['false', 'false'],
    ],
    [
      'those of the command line before others',
      { ...wanting({ type: 'provenance', mode: 'max' }), options: { provenance: 'mode=min', sbom: 'true' } },
      ['mode=min', 'true'],
    ],
  ])('are %s', (title, given, expected) => {
    const [cell] = plan(given).cells;
    expect([cell?.settings.provenance, cell?.settings.sbom], title).toEqual(expected);
  });

  it('are refused by a classic store', () => {
    const builder = planBuilder({ default: ['amd64', 'arm64'] }, true);
    const make = (): BuildPlan => plan({ targets: [buildTarget('app')], builder, options: { sbom: 'true' } });
    expect(make).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  it.each(['provenance', 'sbom'] as const)('are refused where %s is no wish for them', (type) => {
    const make = (): BuildPlan => plan({ targets: [buildTarget('app')], options: { [type]: 'max' } });
    expect(make).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

it('caches that several platforms would write are told', () => {
  const cacheTo = [{ type: 'registry', ref: 'c:x' }];
  const { cells, notes } = plan({ targets: [buildTarget('app', { cacheTo })] });
  expect(cells.map(({ settings }) => settings.ownCaches)).toEqual([true, true]);
  expect(notes).toMatchObject([{ code: 'caches-apart', values: { components: 'app' } }]);
});

it('a plan has a limit', () => {
  const names = Array.from({ length: 1500 }, (_, at) => buildTarget(`c${at}`));
  const platforms = parsePlatforms(['amd64,arm64,s390x']);
  expect(() => plan({ targets: names, options: { platforms } })).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
});
