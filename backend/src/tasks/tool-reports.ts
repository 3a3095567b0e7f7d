import {
  buildxVersion,
  dockerVersion,
  XbundleError,
  type CallOptions,
  type DockerEnvironment,
} from '@xbundle/core';
import type { Facts } from '../contract.ts';
import { failureOf } from '../http/slow-answers.ts';

type ToolReports = Pick<Facts, 'docker' | 'buildx'>;

/** Tools are seldom changed, and a page asks for the facts twice a minute. */
const KEPT_MS = 5 * 60_000;

/**
 * Which Docker CLI and buildx there are. Asking starts four processes, so that an answer is given again for five
 * minutes; where one of them failed or is missing, which is told in its report, the next call asks anew.
 */
export function createToolReports(
  env: DockerEnvironment,
  now: () => number = () => performance.now(),
): (options?: CallOptions) => Promise<ToolReports> {
  let kept: { readonly reports: ToolReports; readonly until: number } | undefined;
  return async ({ signal } = {}) => {
    if (kept !== undefined && now() < kept.until) return kept.reports;
    const [docker, buildx] = await Promise.all([
      report(async () => (await dockerVersion({ env, signal })).text),
      report(async () => (await buildxVersion({ env, signal }))?.text),
    ]);
    const isKnown = docker.error === undefined && buildx.error === undefined;
    kept = isKnown ? { reports: { docker, buildx }, until: now() + KEPT_MS } : undefined;
    return { docker, buildx };
  };
}

async function report(ask: () => Promise<string | undefined>): Promise<Facts['docker']> {
  try {
    const version = await ask();
    if (version === undefined)
      throw new XbundleError('UNSUPPORTED', 'the docker command has no buildx. Install it');
    return { version };
  } catch (error) {
    return { error: failureOf(error) };
  }
}
