import {
  formatPlatform,
  judgeBuilder,
  runsNatively,
  type Builder,
  type BuilderFacts,
  type BuilderNode,
  type Platform,
} from '@xbundle/core';
import { printable } from './printable.ts';
import type { Paint } from './style.ts';
import { formatTable } from './table.ts';

/** A builder as `ls` shows it. */
export interface ShownBuilder extends Builder {
  readonly current?: boolean;
}

/** One line for a builder and one for each of its nodes, with what a node runs itself and what it emulates. */
export function formatBuilders(builders: readonly ShownBuilder[], width?: number): readonly string[] {
  const rows = builders.flatMap((builder) => [
    [
      `${builder.name}${builder.current === true ? ' *' : ''}`,
      builder.driver || 'unknown',
      state(builder),
      '',
      '',
    ],
    ...builder.nodes.map((node) => [
      `  ${node.name}`,
      `  ${node.endpoint}`,
      node.status,
      shortList(native(node)),
      shortList(emulated(node)),
    ]),
  ]);
  return formatTable({
    columns: [
      { title: 'BUILDER / NODE', shrinks: true },
      { title: 'DRIVER / ENDPOINT', shrinks: true },
      { title: 'STATUS' },
      { title: 'NATIVE', shrinks: true },
      { title: 'EMULATED', shrinks: true },
    ],
    rows,
    width,
  });
}

/** A builder in full. */
export function formatBuilder(builder: Builder, paint: Paint): readonly string[] {
  const { store, features, error } = judgeBuilder(builder);
  return [
    paint('bold', printable(builder.name)),
    field('driver', builder.driver || 'unknown'),
    ...(store === undefined ? [] : [field('image store', store)]),
    ...(error === undefined ? [] : [field('error', paint('red', printable(error)))]),
    field('several platforms in one build', yesOrNo(features.multiPlatform, paint)),
    field('OCI archives', yesOrNo(features.ociExporter, paint)),
    field('attestations', yesOrNo(features.attestations, paint)),
    field('cache export', yesOrNo(features.cacheExport, paint)),
    ...builder.nodes.flatMap((node) => ['', ...formatNode(node, paint)]),
  ];
}

function formatNode(node: BuilderNode, paint: Paint): readonly string[] {
  const { name, endpoint, status, version, fixed = [], error } = node;
  return [
    `${paint('bold', printable(name))}  ${printable(endpoint)}`,
    field('status', printable(error === undefined ? status : `${status}: ${error}`)),
    ...(version === undefined ? [] : [field('BuildKit', printable(version))]),
    ...(fixed.length === 0 ? [] : [field('made for', fixed.map(formatPlatform).join(', '))]),
    field('native', native(node).map(formatPlatform).join(', ') || 'not known before it is started'),
    ...(emulated(node).length === 0
      ? []
      : [field('emulated', emulated(node).map(formatPlatform).join(', '))]),
  ];
}

function field(name: string, value: string): string {
  return `  ${name}: ${value}`;
}

function yesOrNo(value: boolean, paint: Paint): string {
  return value ? paint('green', 'yes') : paint('yellow', 'no');
}

function state(builder: Builder): string {
  if (builder.error !== undefined) return 'error';
  const { store } = judgeBuilder(builder);
  return store === undefined ? '' : `${store} store`;
}

function native(node: BuilderNode): readonly Platform[] {
  return node.platforms.filter((platform) => runsNatively(node, platform));
}

function emulated(node: BuilderNode): readonly Platform[] {
  return node.platforms.filter((platform) => !runsNatively(node, platform));
}

/** Linux goes without saying, and so do the levels of amd64. */
function shortList(platforms: readonly Platform[]): string {
  return platforms
    .filter(({ architecture, variant }) => architecture !== 'amd64' || variant === undefined)
    .map((platform) => formatPlatform(platform).replace(/^linux\//, ''))
    .join(', ');
}

/** A builder in the shape of `--json`. */
export function builderDocument(builder: ShownBuilder): unknown {
  const facts: BuilderFacts = judgeBuilder(builder);
  return {
    name: builder.name,
    driver: builder.driver,
    ...(builder.current !== undefined && { current: builder.current }),
    ...(facts.store !== undefined && { store: facts.store }),
    features: facts.features,
    ...(builder.error !== undefined && { error: builder.error }),
    nodes: builder.nodes.map(nodeDocument),
  };
}

function nodeDocument(node: BuilderNode): unknown {
  const { name, endpoint, status, version, fixed, error } = node;
  return {
    name,
    endpoint,
    status,
    ...(version !== undefined && { version }),
    ...(fixed !== undefined && { fixed: fixed.map(formatPlatform) }),
    native: native(node).map(formatPlatform),
    emulated: emulated(node).map(formatPlatform),
    ...(error !== undefined && { error }),
  };
}
