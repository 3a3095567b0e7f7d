import { XbundleError } from '../errors.ts';
import { formatPlatform, type Platform } from '../model/index.ts';
import type { Builder } from './builder.ts';
import type { NodeRequest } from './node-request.ts';

export interface BuilderRequest {
  readonly name: string;
  /** Default: what the endpoints are, see `driverOf`. */
  readonly driver?: string | undefined;
  /** None: one node, where the driver puts it. */
  readonly nodes: readonly NodeRequest[];
  /** `KEY=VALUE` for every node, as buildx's drivers take them. */
  readonly driverOptions?: readonly string[] | undefined;
  /** Path of a configuration for BuildKit. */
  readonly buildkitdConfig?: string | undefined;
  /** Whether builds go to it from then on. */
  readonly use?: boolean | undefined;
  /** Whether its nodes are started, which shows that they can be. */
  readonly start?: boolean | undefined;
}

/** Arguments for `docker buildx`. */
export type BuildxArguments = readonly string[];

/** What makes a builder, or gives it more nodes: data, as `--dry-run` prints it. */
export interface BuilderPlan {
  readonly name: string;
  readonly driver: string;
  /** In this order; each makes one node. */
  readonly create: readonly BuildxArguments[];
  readonly start?: BuildxArguments;
  readonly use?: BuildxArguments;
  /** Takes back all of `create`, whether it was done or not. */
  readonly undo: readonly BuildxArguments[];
}

/** Plans a builder of a name that no builder has. Throws USAGE for nodes that cannot be in one builder. */
export function planNewBuilder(request: BuilderRequest): BuilderPlan {
  const { name } = request;
  const nodes = request.nodes.length === 0 ? [{ platforms: [] }] : request.nodes;
  const driver = driverOf(nodes, request.driver);
  const named = nameNodes(name, nodes, []);
  return {
    name,
    driver,
    create: named.map((node, index) => createArgs(request, { ...node, driver, append: index > 0 })),
    ...endings(request),
    undo: [['rm', '--', name]],
  };
}

/** Plans further nodes for a builder. Throws USAGE when its driver is another, or has its nodes made for it. */
export function planMoreNodes(request: BuilderRequest, existing: Builder): BuilderPlan {
  const { name } = request;
  const driver = driverOf(request.nodes, request.driver);
  if (existing.driver === 'docker') {
    throw usage(
      `${name} is the builder inside a Docker Engine, which has one node. Create a builder instead`,
    );
  }
  if (driver !== existing.driver) {
    throw usage(
      `${name} has the driver ${existing.driver}, and the new nodes need ${driver}: buildx keeps one driver for all nodes of a builder`,
    );
  }
  const taken = existing.nodes.map((node) => node.name);
  const named = nameNodes(name, request.nodes, taken);
  return {
    name,
    driver,
    create: named.map((node) => createArgs(request, { ...node, driver, append: true })),
    ...endings(request),
    undo: named.map(({ nodeName }) => ['create', '--leave', '--name', name, '--node', nodeName]),
  };
}

function endings({ name, start, use }: BuilderRequest): Pick<BuilderPlan, 'start' | 'use'> {
  return {
    ...(start === true && { start: ['inspect', '--bootstrap', '--', name] }),
    ...(use === true && { use: useArgs(name) }),
  };
}

/** Addresses at which a BuildKit listens, not an engine. `tcp://` may be either; BuildKit is what it is for here. */
const BUILDKIT_ADDRESS = /^(?:tcp|kube-pod|docker-container|podman-container|nerdctl-container):\/\//;

/**
 * The driver that fits the endpoints: `remote` for a BuildKit's address, `docker-container` for Docker contexts,
 * `ssh://` and sockets of engines. Throws USAGE when they differ, because buildx has one driver for a builder.
 */
export function driverOf(nodes: readonly NodeRequest[], given?: string): string {
  if (given !== undefined) return given;
  const drivers = nodes.map(({ endpoint = '' }) =>
    BUILDKIT_ADDRESS.test(endpoint) ? 'remote' : 'docker-container',
  );
  const [driver = 'docker-container'] = drivers;
  const other = drivers.findIndex((found) => found !== driver);
  if (other === -1) return driver;
  throw usage(
    `buildx keeps one driver for all nodes of a builder, and ${label(nodes[0])} needs ${driver} but ${label(nodes[other])} ${drivers[other] ?? ''}. Give Docker contexts or ssh:// for all of them, or tcp:// addresses of BuildKit for all`,
  );
}

function label(node: NodeRequest | undefined): string {
  return `the node for ${node?.platforms.map(formatPlatform).join(',') || 'all platforms'}`;
}

interface NamedNode extends NodeRequest {
  readonly nodeName: string;
}

/** Names that say what a node is for. A name that is taken would change that node instead of adding one. */
function nameNodes(
  builder: string,
  nodes: readonly NodeRequest[],
  existing: readonly string[],
): readonly NamedNode[] {
  const taken = new Set(existing);
  return nodes.map((node) => {
    const [first] = node.platforms;
    const base = `${builder}-${first === undefined ? 'node' : shortName(first)}`;
    let nodeName = base;
    for (let number = 2; taken.has(nodeName); number++) nodeName = `${base}-${number}`;
    taken.add(nodeName);
    return { ...node, nodeName };
  });
}

/** `arm-v7`, `windows-amd64`. */
function shortName(platform: Platform): string {
  return formatPlatform(platform)
    .replace(/^linux\//, '')
    .replaceAll(/[^A-Za-z0-9.]+/g, '-');
}

interface CreateNode extends NamedNode {
  readonly driver: string;
  readonly append: boolean;
}

function createArgs(request: BuilderRequest, node: CreateNode): BuildxArguments {
  const { name, buildkitdConfig, driverOptions = [] } = request;
  const { nodeName, driver, append, platforms, endpoint, certificates } = node;
  const options = [...driverOptions, ...certificateOptions(certificates)];
  return [
    'create',
    ...(append ? ['--append'] : []),
    ...['--name', name, '--node', nodeName, '--driver', driver],
    ...(platforms.length === 0 ? [] : ['--platform', platforms.map(formatPlatform).join(',')]),
    ...options.flatMap((option) => ['--driver-opt', csvField(option)]),
    ...(buildkitdConfig === undefined ? [] : ['--buildkitd-config', buildkitdConfig]),
    ...(endpoint === undefined ? [] : ['--', endpoint]),
  ];
}

function certificateOptions(files: NodeRequest['certificates']): readonly string[] {
  return files === undefined ? [] : [`cacert=${files.ca}`, `cert=${files.cert}`, `key=${files.key}`];
}

/** buildx reads each `--driver-opt` as a line of CSV. */
function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `buildx use`. */
export function useArgs(name: string): BuildxArguments {
  return ['use', '--', name];
}

/** `buildx rm`; `keepState` leaves the build cache for a builder of the same name. */
export function removeArgs(names: readonly string[], keepState = false): BuildxArguments {
  return ['rm', ...(keepState ? ['--keep-state'] : []), '--', ...names];
}

function usage(message: string): XbundleError {
  return new XbundleError('USAGE', `making a builder: ${message}`);
}
