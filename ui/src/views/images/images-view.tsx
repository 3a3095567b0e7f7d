import type { ReactElement } from 'react';
import { usePlace } from '../../memory/place.tsx';
import { ImageList } from './image-list.tsx';
import { InspectPage } from './inspect-page.tsx';

/** The Images tab: what the engine has, or one reference in full. */
export function ImagesView(): ReactElement {
  const { place } = usePlace();
  return place.image === undefined ? (
    <ImageList />
  ) : (
    <InspectPage key={place.image} reference={place.image} />
  );
}
