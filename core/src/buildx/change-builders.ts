import { XbundleError, isXbundleError, messageOf } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { askBuildx } from './ask-buildx.ts';
import type { Builder } from './builder.ts';
import {
  planMoreNodes,
  planNewBuilder,
  removeArgs,
  useArgs,
  type BuilderPlan,
  type BuilderRequest,
} from './builder-plan.ts';
import { inspectBuilder } from './inspect-builder.ts';
import { listBuilders } from './list-builders.ts';
import type { DockerOptions } from './run-docker.ts';

/**
 * Makes a builder and says what it then is. Throws EXISTS when there is one of that name, USAGE for nodes that one
 * builder cannot have, REFUSED or TIMEOUT when a node cannot be made or started. After a failure or an abort there
 * is no builder of that name.
 */
export async function createBuilder(request: BuilderRequest, options: DockerOptions = {}): Promise<Builder> {
  const plan = planNewBuilder(request);
  const taken = (await listBuilders(options)).some(({ name }) => name === request.name);
  if (taken) {
    throw new XbundleError(
      'EXISTS',
      `creating the builder ${quoted(request.name)}: there is one already. "xbundle builder append" gives it nodes, "xbundle builder rm" removes it`,
    );
  }
  return runBuilderPlan(plan, options);
}

/**
 * Gives a builder further nodes and says what it then is. Throws NOT_FOUND when there is none of that name, and as
 * `createBuilder`. After a failure or an abort the builder has the nodes it had before.
 */
export async function appendNodes(request: BuilderRequest, options: DockerOptions = {}): Promise<Builder> {
  const existing = await inspectBuilder(request.name, options);
  return runBuilderPlan(planMoreNodes(request, existing), options);
}

async function runBuilderPlan(plan: BuilderPlan, options: DockerOptions): Promise<Builder> {
  const { name, create, start, use } = plan;
  try {
    for (const args of create) await askBuildx(`making the builder ${quoted(name)}`, args, options);
    if (start !== undefined) {
      await askBuildx(`starting the builder ${quoted(name)}`, start, {
        timeoutMs: LIMITS.builderStartMs,
        ...options,
      });
    }
    if (use !== undefined) await askBuildx(`switching to the builder ${quoted(name)}`, use, options);
    return await inspectBuilder(name, options);
  } catch (error) {
    await undo(plan, options, error);
    throw error;
  }
}

/** Runs after an abort too, so without its signal. What was never made cannot be removed, and need not be. */
async function undo(
  { name, undo: steps }: BuilderPlan,
  options: DockerOptions,
  failure: unknown,
): Promise<void> {
  const { env, cwd } = options;
  for (const args of steps) {
    try {
      await askBuildx(`taking back the builder ${quoted(name)}`, args, { env, cwd });
    } catch (error) {
      if (isXbundleError(error, 'NOT_FOUND')) continue;
      throw new XbundleError(
        isXbundleError(failure) ? failure.code : 'INTERNAL',
        `${messageOf(failure)}. What was made of the builder ${quoted(name)} could not be removed either: ${messageOf(error)}`,
        { cause: failure },
      );
    }
  }
}

/** Makes a builder the current one. Throws NOT_FOUND when there is none of that name. */
export async function useBuilder(name: string, options: DockerOptions = {}): Promise<void> {
  await askBuildx(`switching to the builder ${quoted(name)}`, useArgs(name), options);
}

export interface RemoveOptions extends DockerOptions {
  /** Leaves the build cache for a builder of the same name. */
  readonly keepState?: boolean | undefined;
}

/**
 * Removes builders with what runs for them. Throws NOT_FOUND, naming the missing ones, before any is removed, and
 * REFUSED with buildx's reason.
 */
export async function removeBuilders(
  names: readonly string[],
  { keepState, ...options }: RemoveOptions = {},
): Promise<void> {
  const known = new Set((await listBuilders(options)).map(({ name }) => name));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new XbundleError(
      'NOT_FOUND',
      `removing builders: there is no builder ${missing.map(quoted).join(', ')}. "xbundle builder ls" lists them`,
    );
  }
  await askBuildx(`removing ${names.map(quoted).join(', ')}`, removeArgs(names, keepState), options);
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
