import { formatPlatform, normalizePlatform, type Platform } from '../model/index.ts';
import { interrupted } from '../errors.ts';
import { createContext, type LintContext } from './context.ts';
import {
  checkSize,
  makeReport,
  type LintOptions,
  type LintReport,
  type RuleFound,
} from './lint-dockerfile.ts';
import { advice } from './rule.ts';
import type { StageFacts } from './stages.ts';

/** What a registry says of a base image. */
export interface BaseImage {
  /** An index of several platforms, or the manifest of one. */
  readonly kind: 'index' | 'manifest';
  readonly platforms: readonly Platform[];
  /** The digest of the index that the reference's tag has now; undefined without a tag or an index. */
  readonly indexDigest?: string;
}

/** Asks for a base image by the name in its FROM line; undefined for one that nobody has. */
export type BaseLookup = (
  reference: string,
  options: { readonly signal?: AbortSignal },
) => Promise<BaseImage | undefined>;

export interface LintBasesOptions extends LintOptions {
  readonly lookup: BaseLookup;
  readonly signal?: AbortSignal;
}

/**
 * The findings that need the indexes of base images: XB010 for a digest that names one platform's manifest, XB011
 * for an image that lacks a platform. Asks once for each image; what a lookup throws is thrown, INTERRUPTED after an
 * abort.
 */
export async function lintBases(text: string, options: LintBasesOptions): Promise<LintReport> {
  const context = createContext(checkSize(text, options), options);
  const bases = context.stages.filter(
    ({ parent, base, isNeeded, runsOn }) =>
      parent === undefined && base !== 'scratch' && base !== '' && isNeeded && runsOn.kind === 'target',
  );
  const found: RuleFound[] = [];
  const known = new Map<string, BaseImage | undefined>();
  for (const stage of bases) {
    if (options.signal?.aborted === true) throw interrupted(options.signal);
    if (!known.has(stage.base))
      known.set(
        stage.base,
        await options.lookup(stage.base, options.signal ? { signal: options.signal } : {}),
      );
    const image = known.get(stage.base);
    if (image !== undefined) found.push(...judge(stage, image, context));
  }
  return makeReport(context, found, options);
}

function judge(stage: StageFacts, image: BaseImage, context: LintContext): readonly RuleFound[] {
  const { start, end, text } = stage.stage.base;
  if (image.kind === 'manifest' && text.includes('@sha256:')) return judgeDigest(stage, image, context);
  const offered = new Set(image.platforms.map((platform) => formatPlatform(normalizePlatform(platform))));
  const missing = context.platforms.filter((platform) => !offered.has(formatPlatform(platform)));
  if (missing.length === 0 || !context.platformsAreGiven || offered.size === 0) return [];
  const names = missing.map(formatPlatform).join(', ');
  return [
    {
      rule: 'XB011',
      severity: 'error',
      span: { start, end },
      message: `Base image ${text} has no ${names}`,
      fix: advice('Use an image that has every platform, or leave the platform out'),
    },
  ];
}

function judgeDigest(
  { stage: { base } }: StageFacts,
  { platforms, indexDigest }: BaseImage,
  context: LintContext,
): readonly RuleFound[] {
  const [only] = platforms;
  if (only !== undefined && context.fixedTo(only.architecture) === undefined) return [];
  const at = base.start + base.text.indexOf('@') + 1;
  const name = only === undefined ? 'one platform' : formatPlatform(only);
  return [
    {
      rule: 'XB010',
      severity: 'error',
      span: { start: base.start, end: base.end },
      message: `${base.text} is the manifest of ${name}, not the multi-platform index`,
      fix:
        indexDigest === undefined
          ? advice('Pin the digest of the index: docker buildx imagetools inspect NAME:TAG')
          : {
              kind: 'automatic',
              title: 'Pin the digest of the index that the tag has now',
              edits: [{ start: at, end: base.end, text: indexDigest }],
            },
    },
  ];
}
