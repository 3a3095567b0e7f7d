import type { ReactElement } from 'react';

export function HistoryView(): ReactElement {
  return <p>History</p>;
}
