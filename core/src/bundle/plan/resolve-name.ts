import { isXbundleError } from '../../errors.ts';
import type { CallOptions, ImageSource } from '../../content/index.ts';
import { familiarReference, type Reference } from '../../model/index.ts';
import { readImageTree, type ImageTree } from './image-tree.ts';

/** What a name was found to be. */
export interface NamedTree {
  readonly name: Reference;
  /** Undefined when there is no such name, or what it points to is not there. */
  readonly tree?: ImageTree;
  /** Why there is no tree, as what the source "has": `no app:v1`. */
  readonly reason: string;
}

/**
 * What a name of a source points to. A name that is not there, or that points to what is not there, is a result
 * with its reason; an unreachable source and integrity errors are thrown.
 */
export async function resolveName(
  source: ImageSource,
  name: Reference,
  options: CallOptions,
): Promise<NamedTree> {
  const none = `no ${familiarReference(name)}`;
  const root = await source.resolve(name, options);
  if (root === undefined) return { name, reason: none };
  try {
    return { name, tree: await readImageTree(root, source.content(name), options), reason: '' };
  } catch (error) {
    if (!isXbundleError(error, 'NOT_FOUND')) throw error;
    return { name, reason: `${none} that is whole: ${error.message}` };
  }
}
