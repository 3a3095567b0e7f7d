import type { ReactElement } from 'react';

export function BundlesView(): ReactElement {
  return <p>Bundles</p>;
}
