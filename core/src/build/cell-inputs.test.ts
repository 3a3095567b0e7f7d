import { expect, it } from 'vitest';
import { parseReference } from '../model/index.ts';
import { buildCell, buildTarget } from '../testing/builds/build-targets.ts';
import type { BuildCell } from './build-plan.ts';
import { unitCommand, type BuildxCommand } from './build-unit.ts';
import type { CellInputs, CellPaths } from './cell-command.ts';

const paths = { store: '/run/store', layout: '/run/cell', metadata: '/run/app.json' };
const linked = buildCell({
  target: buildTarget('app', { contexts: { base: { kind: 'target', target: 'base' } } }),
  contexts: [{ name: 'base', cell: 'base@linux/arm64' }],
  services: ['hub'],
});
function command(cell: BuildCell, paths?: CellPaths, inputs?: CellInputs): BuildxCommand {
  return unitCommand({ id: cell.unit, cells: [cell], needs: [] }, paths, inputs);
}

const digest = `sha256:${'a'.repeat(64)}`;

it('takes contexts from the store and services from their addresses', () => {
  const inputs = { digests: { 'base@linux/arm64': digest }, hosts: { hub: '172.17.0.9' }, network: 'host' };
  const { args } = command(linked, paths, inputs);
  expect(args.slice(7, 10)).toEqual([
    `--build-context=base=oci-layout:///run/store@${digest}`,
    '--network=host',
    '--add-host=hub=172.17.0.9',
  ]);
});

it('takes contexts from the engine where that keeps the results', () => {
  const tag = parseReference('app/base:v1-arm64');
  const { args } = command({ ...linked, services: [], contexts: [{ name: 'base', cell: 'x', tag }] }, paths);
  expect(args[7]).toBe('--build-context=base=docker-image://docker.io/app/base:v1-arm64');
});

it('says in words what a dry run does not know', () => {
  const { args } = command(linked);
  expect(args[5]).toBe('--metadata-file={metadata}');
  expect(args.slice(7, 9)).toEqual([
    '--build-context=base=oci-layout://{store}@{digest of base@linux/arm64}',
    '--add-host=hub={address of hub}',
  ]);
  expect(args.at(-3)).toBe('--output=type=oci,tar=false,dest={layout}');
});

it('refuses to run without what the cell needs', () => {
  expect(() => command(linked, paths)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

it('gives the Dockerfile of the definition on standard input', () => {
  const inline = buildTarget('app', { dockerfileInline: 'FROM x' });
  expect(command(buildCell({ target: inline })).input).toBe('FROM x');
  expect(command(buildCell({ target: buildTarget('app') })).input).toBeUndefined();
});
