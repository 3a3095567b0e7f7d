import type { Facts } from '@xbundle/backend/contract';
import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import { useQuery, type Query } from '../../client/use-query.ts';

const FACTS_MS = 30_000;

const FactsContext = createContext<Query<Facts> | undefined>(undefined);

/** Asks what the backend says of its host and engine, now and then again, once for all who show some of it. */
export function FactsProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const query = useQuery('facts', (client, signal) => client.facts({}, { signal }), FACTS_MS);
  return <FactsContext.Provider value={query}>{children}</FactsContext.Provider>;
}

export function useFacts(): Query<Facts> {
  const query = useContext(FactsContext);
  if (query === undefined) throw new Error('a component that needs the facts is outside of their provider');
  return query;
}
