import type { ReactElement, ReactNode } from 'react';
import type { Query } from '../../client/use-query.ts';
import { ErrorNotice } from './error-notice.tsx';
import { Loading } from './loading.tsx';

interface Props<Value> {
  readonly query: Query<Value>;
  readonly children: (value: Value) => ReactNode;
  readonly rows?: number;
}

/** The one pattern of loading, failure and content; content stays when asking again fails. */
export function Queried<Value>({ query, children, rows = 4 }: Props<Value>): ReactElement {
  const { value, error, reload } = query;
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {value !== undefined ? children(value) : error === undefined && <Loading rows={rows} />}
    </>
  );
}
