import { z } from 'zod';
import { parseStrictJson, parseWith } from '../model/index.ts';

/** What an image's config says of how it is started. */
export interface RunConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  /** As the config has it: `CMD` or `CMD-SHELL` and its words. */
  readonly healthcheck: readonly string[];
  readonly shell: readonly string[];
}

/** What an engine would not take either is as if it were not there. */
const words = z.array(z.string()).nullish().catch(undefined);

const text = z.string().nullish().catch(undefined);

const schema = z.looseObject({
  config: z
    .looseObject({
      Entrypoint: words,
      Cmd: words,
      Env: words,
      WorkingDir: text,
      Healthcheck: z.looseObject({ Test: words }).nullish().catch(undefined),
      Shell: words,
    })
    .nullish(),
});

/** Parses the part of an image config that says how to run it. Throws DOCUMENT_INVALID. */
export function parseRunConfig(bytes: Uint8Array, what: string): RunConfig {
  const { config } = parseWith(schema, parseStrictJson(bytes, what), { what });
  return {
    entrypoint: listOf(config?.Entrypoint),
    cmd: listOf(config?.Cmd),
    environment: listOf(config?.Env),
    workingDirectory: config?.WorkingDir ?? '',
    healthcheck: listOf(config?.Healthcheck?.Test),
    shell: listOf(config?.Shell),
  };
}

function listOf(value: readonly string[] | null | undefined): readonly string[] {
  return value ?? [];
}

/** Of runc, where neither the image nor the caller says one. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The directories of PATH, each once. */
export function searchPath({ environment }: RunConfig): readonly string[] {
  const set = environment.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return [...new Set((set ?? DEFAULT_PATH).split(':').filter((folder) => folder.startsWith('/')))];
}
