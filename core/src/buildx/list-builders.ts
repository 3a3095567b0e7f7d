import { z } from 'zod';
import { askBuildx } from './ask-buildx.ts';
import { toNode, type Builder } from './builder.ts';
import { parseDockerJson } from './docker-json.ts';
import type { DockerOptions } from './run-docker.ts';

export interface ListedBuilder extends Builder {
  /** Whether builds go to it when none is named. */
  readonly current: boolean;
}

const nodeSchema = z.looseObject({
  Name: z.string(),
  Endpoint: z.string(),
  Status: z.string().nullish(),
  Version: z.string().nullish(),
  Platforms: z.array(z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Err: z.string().nullish(),
});

const builderSchema = z.looseObject({
  Name: z.string(),
  Driver: z.string(),
  Current: z.boolean().nullish(),
  Err: z.string().nullish(),
  Nodes: z.array(nodeSchema).nullish(),
});

/**
 * Asks buildx for all its builders and what their nodes say; one that gives no answer is listed with its error, and
 * may cost buildx 20 s. Starts none. Errors: those of `askBuildx`, and REMOTE_INVALID for an answer that is none.
 */
export async function listBuilders(options: DockerOptions = {}): Promise<readonly ListedBuilder[]> {
  return parseBuilderList(await askBuildx('listing builders', ['ls', '--format', 'json'], options));
}

/** Reads one JSON document on each line, as `buildx ls --format json` writes them. Throws REMOTE_INVALID. */
export function parseBuilderList(text: string): readonly ListedBuilder[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => toListed(parseDockerJson(builderSchema, line, 'buildx ls')));
}

function toListed({ Name, Driver, Current, Err, Nodes }: z.infer<typeof builderSchema>): ListedBuilder {
  return {
    name: Name,
    driver: Driver,
    current: Current === true,
    // A builder whose context is gone has one node without a name, which stands for nothing.
    nodes: (Nodes ?? []).filter((node) => node.Name !== '').map(listedNode),
    ...(Err && { error: Err }),
  };
}

function listedNode(node: z.infer<typeof nodeSchema>): Builder['nodes'][number] {
  return toNode({
    name: node.Name,
    endpoint: node.Endpoint,
    status: node.Status ?? undefined,
    version: node.Version ?? undefined,
    platforms: node.Platforms ?? [],
    labels: node.Labels ?? undefined,
    error: node.Err ?? undefined,
  });
}
