import { join } from 'node:path';
import { XbundleError } from '../../errors.ts';
import { archTag, formatPlatform, parseReference, type Platform, type Reference } from '../../model/index.ts';
import type { CellOutput, CellSettings } from '../build-plan.ts';
import { formatCsvFields } from '../csv.ts';
import type { PlanFacts } from '../facts.ts';
import { ownRepository } from '../own-image.ts';
import type { BuildPlanOptions } from '../plan-options.ts';
import type { BuildTarget } from '../target.ts';
import type { CellGraph, PlannedCell } from './plan-cells.ts';

export interface SettingsContext {
  readonly facts: PlanFacts;
  readonly options: BuildPlanOptions;
  readonly graph: CellGraph;
  /** Ids of cells whose image is needed whatever becomes of the results. */
  readonly kept: ReadonlySet<string>;
  /** Platforms of the selected components. */
  readonly wanted: ReadonlyMap<string, readonly Platform[]>;
}

export function cellSettings(cell: PlannedCell, context: SettingsContext): CellSettings {
  const { facts, options, graph } = context;
  const { target } = cell;
  const { name, features } = facts.builder;
  return {
    builder: name,
    outputs: cellOutputs(cell, context),
    provenance: attestation('provenance', target, context),
    sbom: attestation('sbom', target, context),
    noCache: options.noCache === true || target.noCache,
    pull: options.pull === true || target.pull,
    exportsCache: features.cacheExport,
    ownCaches: options.together !== true && hasSeveral(target, graph),
  };
}

/** Whether all cells of a component are built by one command. */
export function isTogether(target: BuildTarget, { options, graph }: SettingsContext): boolean {
  return options.together === true && hasSeveral(target, graph);
}

function hasSeveral({ name }: BuildTarget, { cells }: CellGraph): boolean {
  return cells.filter(({ target }) => target.name === name).length > 1;
}

function cellOutputs(
  { id, target, platform, wanted }: PlannedCell,
  { facts, options, kept, wanted: selected }: SettingsContext,
): readonly CellOutput[] {
  const image: CellOutput = facts.builder.features.ociExporter
    ? { kind: 'oci' }
    : { kind: 'engine', tags: engineTags(target, platform) };
  const { localOutput } = options;
  if (localOutput === undefined || !wanted) return [image];
  const folder = selected.size > 1 ? join(localOutput, target.name) : localOutput;
  const local: CellOutput = { kind: 'local', directory: join(folder, platformFolder(platform)) };
  return kept.has(id) ? [local, image] : [local];
}

/** As BuildKit calls the folders of several platforms: `linux_arm_v7`. */
export function platformFolder(platform: Platform): string {
  return formatPlatform(platform).replaceAll('/', '_');
}

/** What a cell is called in an engine that holds no index; a component without images gets a name of its own. */
export function engineTags({ name, tags }: BuildTarget, platform: Platform): readonly Reference[] {
  const named = tags.length > 0 ? tags : [parseReference(ownRepository(name))];
  return named.map((tag) => archTag(tag, platform));
}

/** The value of `--provenance` or `--sbom`: what the command line wants, else what the component wants, else none. */
function attestation(type: 'provenance' | 'sbom', target: BuildTarget, context: SettingsContext): string {
  const value = context.options[type] ?? ownAttestation(type, target);
  if (!/^(?:true|false)$|=/.test(value)) {
    const wanted = type === 'sbom' ? 'generator=IMAGE' : 'mode=max';
    throw new XbundleError('USAGE', `--${type} ${value}: want true, false, or settings such as ${wanted}`);
  }
  const { name, features } = context.facts.builder;
  if (value === 'false' || features.attestations) return value;
  throw new XbundleError(
    'UNSUPPORTED',
    `planning the build of ${target.name}: the builder ${name} keeps images in a classic store, which has no room for ${type}. Leave it out, turn on the containerd image store, or use a docker-container builder`,
  );
}

function ownAttestation(type: string, { attest }: BuildTarget): string {
  const { type: found, disabled, ...fields } = attest.findLast((each) => each['type'] === type) ?? {};
  if (found === undefined || disabled === 'true') return 'false';
  return Object.keys(fields).length === 0 ? 'true' : formatCsvFields(fields);
}
