import type { ReactElement } from 'react';

export function ImagesView(): ReactElement {
  return <p>Images</p>;
}
