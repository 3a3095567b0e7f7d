import type { JobRequestInput } from '@xbundle/backend/contract';

export interface NodeDraft {
  readonly endpoint: string;
  readonly platforms: readonly string[];
}

export interface BuilderDraft {
  readonly name: string;
  readonly nodes: readonly NodeDraft[];
  readonly use: boolean;
  readonly append: boolean;
}

export const FIRST_NODE: NodeDraft = { endpoint: '', platforms: [] };

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/;

export function isBuilderName(name: string): boolean {
  return NAME.test(name);
}

/** The job that makes what was drafted. */
export function toBuilderRequest({ name, nodes, use, append }: BuilderDraft): JobRequestInput {
  return {
    kind: 'builder-create',
    name,
    append,
    use,
    nodes: nodes.map(({ endpoint, platforms }) => ({
      platforms: [...platforms],
      ...(endpoint.trim() !== '' && { endpoint: endpoint.trim() }),
    })),
  };
}
