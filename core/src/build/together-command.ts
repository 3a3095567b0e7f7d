import { dirname } from 'node:path';
import { formatPlatform, formatReference } from '../model/index.ts';
import type { BuildCell, CellOutput } from './build-plan.ts';
import {
  formatSecret,
  formatSsh,
  linkedSource,
  ociOutput,
  writtenCaches,
  type CommandValues,
} from './cell-command.ts';
import { formatCsv, typeFirst } from './csv.ts';
import { valueContexts } from './needed-targets.ts';
import type { BuildTarget } from './target.ts';

/** bake's names of targets have no dots, so it gets one of its own; its metadata file has this key. */
export const TOGETHER_TARGET = 'component';

/** The arguments of `docker` that build all cells of a unit as one bake of one index. It reads `togetherInput`. */
export function togetherCommand(
  { target, settings }: BuildCell,
  { paths }: CommandValues,
): readonly string[] {
  return [
    'buildx',
    'bake',
    `--builder=${settings.builder}`,
    '--progress=rawjson',
    `--metadata-file=${paths.metadata}`,
    // What the definition names is what the user named: buildx would ask whether it may.
    '--allow=fs=*',
    ...target.entitlements.map((entitlement) => `--allow=${entitlement}`),
    '--file=-',
    TOGETHER_TARGET,
  ];
}

/** The definition of such a bake: JSON in which nothing is a template. The cells differ in their platforms alone. */
export function togetherInput(first: BuildCell, cells: readonly BuildCell[], values: CommandValues): string {
  const platforms = cells.map(({ platform }) => formatPlatform(platform));
  const outputs = cells.flatMap(({ settings }) =>
    settings.outputs.map((output) => outputText(output, values.paths.layout)),
  );
  const target = { ...bakeTarget(first, values), platforms, output: [...new Set(outputs)] };
  return JSON.stringify({ target: { [TOGETHER_TARGET]: escapeTemplates(target) } });
}

function bakeTarget(cell: BuildCell, values: CommandValues): Readonly<Record<string, unknown>> {
  const { target, settings, services } = cell;
  const served = services.map((name) => [name, values.addressOf(name)]);
  return {
    context: target.context,
    ...(target.dockerfileInline === undefined && { dockerfile: target.dockerfile }),
    'dockerfile-inline': target.dockerfileInline,
    target: target.stage,
    args: target.args,
    labels: target.labels,
    annotations: target.annotations,
    tags: target.tags.map(formatReference),
    contexts: namedContexts(cell, values),
    secret: target.secrets.map(formatSecret),
    ssh: target.ssh.map(formatSsh),
    'cache-from': target.cacheFrom.map(typeFirst),
    'cache-to': writtenCaches(cell).map(typeFirst),
    ...runAttributes(target, values),
    'extra-hosts': {
      ...target.extraHosts,
      ...(Object.fromEntries(served) as Readonly<Record<string, string>>),
    },
    'no-cache': settings.noCache,
    'no-cache-filter': target.noCacheFilter,
    pull: settings.pull,
    attest: [
      `type=provenance,${attestValue(settings.provenance)}`,
      `type=sbom,${attestValue(settings.sbom)}`,
    ],
  };
}

function runAttributes(target: BuildTarget, values: CommandValues): Readonly<Record<string, unknown>> {
  return {
    network: values.network ?? target.network,
    'shm-size': target.shmSize,
    ulimits: target.ulimits,
    entitlements: target.entitlements,
  };
}

function namedContexts(
  { target, contexts }: BuildCell,
  values: CommandValues,
): Readonly<Record<string, string>> {
  const linked = contexts.map((each) => [each.name, linkedSource(each, values)] as const);
  return { ...Object.fromEntries(linked), ...valueContexts(target) };
}

/** `--provenance=VALUE` in the words of `attest`. */
function attestValue(value: string): string {
  return value === 'true' || value === 'false' ? `disabled=${value === 'false'}` : value;
}

function outputText(output: CellOutput, layout: string): string {
  // Of several platforms BuildKit makes the folders itself.
  if (output.kind === 'local') return formatCsv(['type=local', `dest=${dirname(output.directory)}`]);
  return ociOutput(layout);
}

/** bake reads every text of its JSON as a template. */
function escapeTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[$%](?=\{)/g, '$&$&');
  if (Array.isArray(value)) return value.map(escapeTemplates);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => [
    escapeTemplates(key),
    escapeTemplates(inner),
  ]);
  return Object.fromEntries(entries) as unknown;
}
