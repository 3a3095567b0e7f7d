import { XbundleError } from '../../errors.ts';
import { digestOf, withDocuments, type BlobSource } from '../../content/index.ts';
import type { Descriptor, Digest } from '../../model/index.ts';
import { serializeBundleIndex, type BundleIndex } from '../format/format.ts';
import type { BundlePlan } from './plan.ts';

/** What a bundle holds, whether it is a file already or only planned: what an import needs. */
export interface BundleContent extends BlobSource {
  /** For messages. */
  readonly label: string;
  /** The digest of `xbundle.json`. */
  readonly id: Digest;
  readonly index: BundleIndex;
}

/** A planned bundle as one that can be imported without being a file first: its blobs come from their sources. */
export function plannedContent(plan: BundlePlan, label: string): BundleContent {
  const blobs = withDocuments(fromFetches(plan), plan.documents);
  return {
    label,
    id: digestOf(serializeBundleIndex(plan.index)),
    index: plan.index,
    read: (blob, options) => blobs.read(blob, options),
    readFrom: (blob, offset, options) => blobs.readFrom(blob, offset, options),
    lacks: (wanted, options) => blobs.lacks(wanted, options),
  };
}

function fromFetches({ fetches }: BundlePlan): BlobSource {
  const contents = new Map(fetches.map(({ blob, content }) => [blob.digest, content]));
  const contentOf = ({ digest }: Descriptor): BlobSource => {
    const content = contents.get(digest);
    if (content !== undefined) return content;
    throw new XbundleError('NOT_FOUND', `reading ${digest}: the plan has no such blob`);
  };
  return {
    read: (blob, options) => contentOf(blob).read(blob, options),
    readFrom: (blob, offset, options) => contentOf(blob).readFrom(blob, offset, options),
    lacks: (blobs) => Promise.resolve(blobs.filter(({ digest }) => !contents.has(digest))),
  };
}
