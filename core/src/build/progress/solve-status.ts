import { z } from 'zod';

const time = z.string().max(64);

export interface StatusVertex {
  readonly digest: string;
  readonly inputs?: readonly string[] | null | undefined;
  readonly name?: string | null | undefined;
  readonly started?: string | null | undefined;
  readonly completed?: string | null | undefined;
  readonly cached?: boolean | null | undefined;
  readonly error?: string | null | undefined;
}

export interface StatusProgress {
  readonly id: string;
  readonly vertex: string;
  readonly current?: number | null | undefined;
  readonly total?: number | null | undefined;
  readonly completed?: string | null | undefined;
}

export interface StatusLog {
  readonly vertex: string;
  readonly stream?: number | null | undefined;
  readonly data?: string | null | undefined;
}

interface StatusRange {
  readonly start?: { readonly line?: number | null | undefined } | null | undefined;
}

export interface StatusWarning {
  readonly vertex: string;
  readonly short?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly range?: readonly StatusRange[] | null | undefined;
}

/** One event of BuildKit (moby/buildkit client/graph.go `SolveStatus`), as far as xbundle reads it. */
export interface SolveStatus {
  readonly vertexes?: readonly StatusVertex[] | null | undefined;
  readonly statuses?: readonly StatusProgress[] | null | undefined;
  readonly logs?: readonly StatusLog[] | null | undefined;
  readonly warnings?: readonly StatusWarning[] | null | undefined;
}

/** Unknown members are dropped; an event of which one part is unreadable is no event. */
const vertexSchema: z.ZodType<StatusVertex> = z.object({
  digest: z.string().max(256),
  inputs: z.array(z.string().max(256)).nullish(),
  name: z.string().nullish(),
  started: time.nullish(),
  completed: time.nullish(),
  cached: z.boolean().nullish(),
  error: z.string().nullish(),
});

const statusSchema: z.ZodType<StatusProgress> = z.object({
  id: z.string(),
  vertex: z.string().max(256),
  current: z.number().nullish(),
  total: z.number().nullish(),
  completed: time.nullish(),
});

const logSchema: z.ZodType<StatusLog> = z.object({
  vertex: z.string().max(256),
  stream: z.number().nullish(),
  data: z.string().nullish(),
});

const warningSchema: z.ZodType<StatusWarning> = z.object({
  vertex: z.string().max(256),
  short: z.string().nullish(),
  url: z.string().nullish(),
  range: z.array(z.object({ start: z.object({ line: z.number().nullish() }).nullish() })).nullish(),
});

const schema: z.ZodType<SolveStatus> = z.object({
  vertexes: z.array(vertexSchema).nullish(),
  statuses: z.array(statusSchema).nullish(),
  logs: z.array(logSchema).nullish(),
  warnings: z.array(warningSchema).nullish(),
});

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
