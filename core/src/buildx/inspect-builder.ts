import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { askBuildx } from './ask-buildx.ts';
import { fixedPlatforms, toNode, type Builder, type BuilderNode } from './builder.ts';
import type { DockerOptions } from './run-docker.ts';

export interface InspectOptions extends DockerOptions {
  /** Starts nodes that are not running, for which a `docker-container` builder may pull BuildKit's image. */
  readonly bootstrap?: boolean | undefined;
}

/**
 * Asks buildx for one builder, by default the current one. Throws NOT_FOUND when there is none of that name, REFUSED
 * when it cannot be started, REMOTE_INVALID for an answer that is none, and what `askBuildx` throws.
 */
export async function inspectBuilder(name?: string, options: InspectOptions = {}): Promise<Builder> {
  const { bootstrap = false, ...rest } = options;
  const what = name === undefined ? 'the current builder' : `the builder ${JSON.stringify(name)}`;
  const text = await askBuildx(
    `${bootstrap ? 'starting' : 'asking for'} ${what}`,
    inspectArgs(name, bootstrap),
    {
      ...(bootstrap && { timeoutMs: LIMITS.builderStartMs }),
      ...rest,
    },
  );
  return parseBuilder(text);
}

/** `buildx inspect`; the name stands behind `--`, so that it is never taken for an option. */
export function inspectArgs(name: string | undefined, bootstrap: boolean): readonly string[] {
  return ['inspect', ...(bootstrap ? ['--bootstrap'] : []), ...(name === undefined ? [] : ['--', name])];
}

/** Reads what `buildx inspect` writes; it has no JSON form. Throws REMOTE_INVALID when the name is missing. */
export function parseBuilder(text: string): Builder {
  const [head, ...nodes] = sections(text);
  const name = head?.fields.get('Name');
  if (head === undefined || name === undefined) {
    throw new XbundleError(
      'REMOTE_INVALID',
      'reading the output of "docker buildx inspect": it names no builder',
    );
  }
  const error = head.fields.get('Error');
  return {
    name,
    driver: head.fields.get('Driver') ?? '',
    nodes: nodes.map(inspectedNode),
    ...(error && { error }),
  };
}

/** The lines about the builder or one node, by what stands before the colon. */
interface Section {
  readonly fields: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
}

const LINE = /^(?<indent>\s*)(?<key>[^:]+):\s*(?<value>.*)$/;

/** The builder and each node start with a line `Name:`. */
function sections(text: string): readonly Section[] {
  const parts: string[][] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('Name:')) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts.map(toSection);
}

/** What is indented belongs to the line above it that is not. */
function toSection(lines: readonly string[]): Section {
  const fields = new Map<string, string>();
  const labels: Record<string, string> = {};
  let list = '';
  for (const line of lines) {
    const { indent, key = '', value = '' } = LINE.exec(line)?.groups ?? {};
    if (indent === '') fields.set((list = key), value.trim());
    else if (list === 'Labels' && key !== '') labels[key] = value.trim();
  }
  return { fields, labels };
}

function inspectedNode({ fields, labels }: Section): BuilderNode {
  const platforms = (fields.get('Platforms') ?? '').split(',').filter((text) => text.trim() !== '');
  const fixed = fixedPlatforms(platforms.map((text) => text.trim()));
  const node = toNode({
    name: fields.get('Name') ?? '',
    endpoint: fields.get('Endpoint') ?? '',
    status: fields.get('Status'),
    version: fields.get('BuildKit version') ?? fields.get('BuildKit') ?? fields.get('Buildkit'),
    platforms,
    labels,
    error: fields.get('Error'),
  });
  return { ...node, fixed };
}
