import type { Facts } from '@xbundle/backend/contract';
import { useQuery, type Query } from '../../client/use-query.ts';

const FACTS_MS = 30_000;

/** What the backend says of its host and engine, now and then again. */
export function useFacts(): Query<Facts> {
  return useQuery('facts', (client, signal) => client.facts({}, { signal }), FACTS_MS);
}
