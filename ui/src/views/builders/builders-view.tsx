import type { ReactElement } from 'react';

export function BuildersView(): ReactElement {
  return <p>Builders</p>;
}
