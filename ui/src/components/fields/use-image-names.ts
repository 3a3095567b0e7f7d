import { useQuery } from '../../client/use-query.ts';
import { useDebounced } from './use-debounced.ts';

const OFFERED = 50;

/** Names of the engine's images that hold what was typed. */
export function useImageNames(typed: string): readonly string[] {
  const search = useDebounced(typed).slice(0, 200);
  const query = useQuery(`names ${search}`, (client, signal) =>
    client.engineImages({ limit: OFFERED, ...(search !== '' && { search }) }, { signal }),
  );
  return (query.value?.images ?? []).filter(({ named }) => named).map(({ name }) => name);
}
