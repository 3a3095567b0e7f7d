import type { Io } from './io.ts';

/** The environment of docker commands; an engine that is named goes before what the environment says. */
export function dockerEnvironment(env: Io['env'], host: string | undefined): Io['env'] {
  return host === undefined ? env : { ...env, DOCKER_HOST: host, DOCKER_CONTEXT: undefined };
}
