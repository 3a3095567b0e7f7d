import { XbundleError } from '../../errors.ts';
import { childrenOf } from '../../content/index.ts';
import { parseManifest, type Descriptor, type Digest } from '../../model/index.ts';
import type { BundlePlan } from '../plan/plan.ts';

/**
 * What a source that turned out to lack a planned blob means: INCOMPLETE, naming the cells that need it. Sources
 * that know what they lack are found out while planning; a registry only when it is read.
 */
export function lostBlob(plan: BundlePlan, digest: Digest, cause: XbundleError): XbundleError {
  const { cells, attestations } = plan.index;
  const needy = [
    ...cells.map(({ manifest, image, platform }) => ({ manifest, what: `${image} for ${platform}` })),
    ...attestations.map(({ manifest, image }) => ({ manifest, what: `an attestation of ${image}` })),
  ].filter(({ manifest }) => manifest !== undefined && needs(plan, manifest, digest));
  const list = needy.map(({ what }) => `\n  ${what}`).join('');
  return new XbundleError(
    'INCOMPLETE',
    `${cause.message}. No bundle was written; push these images again, because they need it:${list}`,
    { cause },
  );
}

function needs({ documents }: BundlePlan, { digest, mediaType }: Descriptor, blob: Digest): boolean {
  const bytes = documents.get(digest);
  if (bytes === undefined) return false;
  const document = parseManifest(bytes, mediaType, `manifest ${digest}`);
  return childrenOf(document).some((child) => child.digest === blob);
}
