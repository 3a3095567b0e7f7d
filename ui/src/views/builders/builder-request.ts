import type { JobRequestInput } from '@xbundle/backend/contract';
import { z } from 'zod';

const nodeSchema = z.object({ endpoint: z.string(), platforms: z.array(z.string()) });
export type NodeDraft = z.infer<typeof nodeSchema>;

/** What the dialog has; kept until it is closed. */
export const draftSchema = z.object({
  name: z.string(),
  nodes: z.array(nodeSchema),
  use: z.boolean(),
  append: z.boolean(),
});
export type BuilderDraft = z.infer<typeof draftSchema>;

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
