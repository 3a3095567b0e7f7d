import type { ReactElement } from 'react';
import { usePlace } from '../../memory/place.tsx';
import { ComparePage } from './compare/compare-page.tsx';
import { ImageList } from './list/image-list.tsx';
import { InspectPage } from './inspect/inspect-page.tsx';

/** The Images tab: what engine and registries have, one reference in full, or two beside each other. */
export function ImagesView(): ReactElement {
  const { place } = usePlace();
  const { image, imageFrom, compare } = place;
  if (image === undefined) return <ImageList />;
  if (compare !== undefined) return <ComparePage key={image} reference={image} other={compare} />;
  return <InspectPage key={image} reference={image} from={imageFrom ?? 'auto'} />;
}
