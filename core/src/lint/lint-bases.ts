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
import type { Word } from './dockerfile/tree.ts';
import { advice } from './rule.ts';
import { copiedImages, type StageFacts } from './stages/stage-facts.ts';

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
 * The findings that need the indexes of images, of bases and of those that COPY takes from: XB010 for a digest that
 * names one platform's manifest, XB011 for an image that lacks a platform. Asks once for each image; what a lookup
 * throws is thrown, INTERRUPTED after an abort.
 */
export async function lintBases(text: string, options: LintBasesOptions): Promise<LintReport> {
  const context = createContext(checkSize(text, options), options);
  const found: RuleFound[] = [];
  const known = new Map<string, BaseImage | undefined>();
  for (const asked of context.stages.flatMap(imagesForTarget)) {
    if (options.signal?.aborted === true) throw interrupted(options.signal);
    if (!known.has(asked.reference)) {
      const image = await options.lookup(asked.reference, options.signal ? { signal: options.signal } : {});
      known.set(asked.reference, image);
    }
    const image = known.get(asked.reference);
    if (image !== undefined) found.push(...judge(asked.name, image, context));
  }
  return makeReport(context, found, options);
}

interface AskedImage {
  /** As it is written. */
  readonly name: Word;
  /** With variables put in. */
  readonly reference: string;
}

/** COPY takes files for the platform that is built, whatever its stage runs on. */
function imagesForTarget(stage: StageFacts): readonly AskedImage[] {
  if (!stage.isNeeded) return [];
  const copied = copiedImages(stage).map((name) => ({ name, reference: name.text }));
  const isBase = stage.parent === undefined && stage.runsOn.kind === 'target';
  if (!isBase || stage.base === 'scratch' || stage.base === '') return copied;
  return [{ name: stage.stage.base, reference: stage.base }, ...copied];
}

function judge(name: Word, image: BaseImage, context: LintContext): readonly RuleFound[] {
  const { start, end, text } = name;
  if (image.kind === 'manifest' && text.includes('@sha256:')) return judgeDigest(name, image, context);
  const offered = new Set(image.platforms.map((platform) => formatPlatform(normalizePlatform(platform))));
  const missing = context.platforms.filter((platform) => !offered.has(formatPlatform(platform)));
  if (missing.length === 0 || !context.platformsAreGiven || offered.size === 0) return [];
  const names = missing.map(formatPlatform).join(', ');
  return [
    {
      rule: 'XB011',
      severity: 'error',
      span: { start, end },
      message: `Image ${text} has no ${names}`,
      fix: advice('Use an image that has every platform, or leave the platform out'),
    },
  ];
}

function judgeDigest(
  base: Word,
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
