import { z } from 'zod';
import { parseStrictJson, parseWith } from '../../model/index.ts';

/** What an image's config says of how it is started. */
export interface RunConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  /** As the config has it: `CMD` or `CMD-SHELL` and its words. */
  readonly healthcheck: readonly string[];
  readonly shell: readonly string[];
  /** Of Windows images: entry point and command are a command line already, to be joined and not quoted. */
  readonly argsEscaped: boolean;
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
      ArgsEscaped: z.boolean().nullish().catch(undefined),
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
    argsEscaped: config?.ArgsEscaped === true,
  };
}

function listOf(value: readonly string[] | null | undefined): readonly string[] {
  return value ?? [];
}
