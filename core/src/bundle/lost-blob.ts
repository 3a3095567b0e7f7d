import { XbundleError } from '../errors.ts';
import { childrenOf } from '../content/index.ts';
import { parseManifest, type Digest } from '../model/index.ts';
import { type BundlePlan } from './plan.ts';

/**
 * What a source that turned out to lack a planned blob means: INCOMPLETE, naming the cells that need it. Sources
 * that know what they lack are found out while planning; a registry only when it is read.
 */
export function lostBlob(plan: BundlePlan, digest: Digest, cause: XbundleError): XbundleError {
  const cells = plan.index.cells.filter(({ manifest }) => {
    const bytes = manifest === undefined ? undefined : plan.documents.get(manifest.digest);
    if (manifest === undefined || bytes === undefined) return false;
    const document = parseManifest(bytes, manifest.mediaType, `manifest ${manifest.digest}`);
    return childrenOf(document).some((child) => child.digest === digest);
  });
  const list = cells.map(({ image, platform }) => `\n  ${image} for ${platform}`).join('');
  return new XbundleError(
    'INCOMPLETE',
    `${cause.message}. No bundle was written; push these images again, because they need it:${list}`,
    { cause },
  );
}
