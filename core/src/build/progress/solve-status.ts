import { z } from 'zod';

const time = z.string().max(64);

/** Unknown members are dropped; an event of which one part is unreadable is no event. */
const vertexSchema = z.object({
  digest: z.string().max(256),
  inputs: z.array(z.string().max(256)).nullish(),
  name: z.string().nullish(),
  started: time.nullish(),
  completed: time.nullish(),
  cached: z.boolean().nullish(),
  error: z.string().nullish(),
});

const statusSchema = z.object({
  id: z.string(),
  vertex: z.string().max(256),
  current: z.number().nullish(),
  total: z.number().nullish(),
  completed: time.nullish(),
});

const logSchema = z.object({
  vertex: z.string().max(256),
  stream: z.number().nullish(),
  data: z.string().nullish(),
});

const warningSchema = z.object({
  vertex: z.string().max(256),
  short: z.string().nullish(),
  url: z.string().nullish(),
  range: z.array(z.object({ start: z.object({ line: z.number().nullish() }).nullish() })).nullish(),
});

const schema = z.object({
  vertexes: z.array(vertexSchema).nullish(),
  statuses: z.array(statusSchema).nullish(),
  logs: z.array(logSchema).nullish(),
  warnings: z.array(warningSchema).nullish(),
});

/** One event of BuildKit (moby/buildkit client/graph.go `SolveStatus`), as far as xbundle reads it. */
export type SolveStatus = z.infer<typeof schema>;
export type StatusVertex = z.infer<typeof vertexSchema>;
export type StatusWarning = z.infer<typeof warningSchema>;

/**
 * One line of `--progress=rawjson`; undefined for a line that is no event: what buildx says before and after the
 * build comes as plain text in the same stream.
 */
export function parseSolveStatus(line: string): SolveStatus | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}
