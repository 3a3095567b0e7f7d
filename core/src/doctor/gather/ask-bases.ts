import type { SourceClients } from '../../bundle/index.ts';
import { mapConcurrent, readConfig, readManifest, type CallOptions } from '../../content/index.ts';
import { findEngineImage } from '../../engine/index.ts';
import { XbundleError, isXbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import {
  formatReference,
  isAttestation,
  isImageConfigType,
  isUnknownPlatform,
  parseReference,
  type Platform,
  type Reference,
} from '../../model/index.ts';
import { RegistrySource } from '../../registry/index.ts';
import { attempt } from './attempt.ts';
import type { BaseReport, BaseUse, Failure } from '../facts.ts';

export interface AskBasesOptions extends CallOptions {
  readonly clients: SourceClients;
  /** Whether builds take images of the engine, which only its own builder does. */
  readonly usesEngine: boolean;
  /** How long a registry has to answer a question; default: `LIMITS.baseQuestionMs`. */
  readonly questionMs?: number;
}

const QUESTIONS_AT_ONCE = 4;

/** Asks the engine, then registries, which platforms each image has; each image once. What fails is reported. */
export async function askBases(
  uses: readonly BaseUse[],
  options: AskBasesOptions,
): Promise<readonly BaseReport[]> {
  const names = new Map<string, Reference | undefined>(uses.map(({ image }) => [image, readName(image)]));
  const asked = [...names].flatMap(([image, name]) => (name === undefined ? [] : [{ image, name }]));
  const jobs = { jobs: QUESTIONS_AT_ONCE, signal: options.signal };
  const offers = await mapConcurrent(asked, jobs, async ({ image, name }, signal) => {
    return [image, await askBase(name, { ...options, signal })] as const;
  });
  const known = new Map(offers);
  return uses.map((use) => ({ use, ...(known.get(use.image) ?? { offered: [] }) }));
}

function readName(image: string): Reference | undefined {
  try {
    return parseReference(image);
  } catch (error) {
    if (isXbundleError(error, 'REFERENCE_INVALID', 'DIGEST_INVALID')) return undefined;
    throw error;
  }
}

type BaseOffer = Omit<BaseReport, 'use'>;

/** What the engine has and what the registry has: a build may take either. */
async function askBase(name: Reference, options: AskBasesOptions): Promise<BaseOffer> {
  const local = options.usesEngine ? await attempt(() => askEngine(name, options)) : { value: [] };
  const remote = await attempt(() => askRegistry(name, options));
  const [inEngine, inRegistry] = [local, remote].map((each) => ('value' in each ? each.value : []));
  const from = inRegistry?.length ? 'registry' : inEngine?.length ? 'engine' : undefined;
  return {
    name,
    offered: [...(inEngine ?? []), ...(inRegistry ?? [])],
    ...(from !== undefined && { from }),
    ...('failure' in remote && { failure: remote.failure }),
  };
}

async function askEngine(name: Reference, options: AskBasesOptions): Promise<readonly Platform[]> {
  const image = await findEngineImage(await options.clients.engine(), name, options);
  return (image?.cells ?? []).filter(({ complete }) => complete).map(({ platform }) => platform);
}

/** As the registry says, in the time that it has: UNREACHABLE after that. */
async function askRegistry(name: Reference, options: AskBasesOptions): Promise<readonly Platform[]> {
  const { questionMs = LIMITS.baseQuestionMs } = options;
  const limit = AbortSignal.timeout(questionMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  try {
    return await readOffer(name, { ...options, signal });
  } catch (cause) {
    if (!limit.aborted || options.signal?.aborted === true) throw cause;
    throw new XbundleError(
      'UNREACHABLE',
      `asking ${name.registry} for ${formatReference(name)}: no answer within ${questionMs / 1000} s`,
      { cause },
    );
  }
}

async function readOffer(name: Reference, options: AskBasesOptions): Promise<readonly Platform[]> {
  const { signal } = options;
  const source = new RegistrySource(options.clients.registry());
  const root = await source.resolve(name, { ...(signal !== undefined && { signal }) });
  if (root === undefined) return [];
  const content = source.content(name);
  const { document } = await readManifest(root, content, options);
  if (document.kind === 'index') {
    return document.manifests
      .filter((child) => !isAttestation(child) && !isUnknownPlatform(child.platform))
      .flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  }
  if (!isImageConfigType(document.config.mediaType)) return [];
  return [(await readConfig(document.config, content, options)).platform];
}

/** Asks a registry for one of its images: why it does not answer, undefined when it does. */
export async function askForLogin(name: Reference, options: AskBasesOptions): Promise<Failure | undefined> {
  const asked = await attempt(() => askRegistry(name, options));
  return 'failure' in asked ? asked.failure : undefined;
}
