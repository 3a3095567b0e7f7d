const KEY = 'xbundle.token';

/**
 * Takes the token out of the address (`#token=…`), so that it is in no history or bookmark, and keeps it for as
 * long as the page's tab lives: a reload needs it again.
 */
export function takeToken(place: Location, history: History, store: Storage): string | undefined {
  const given = new URLSearchParams(place.hash.slice(1)).get('token');
  if (given === null) return store.getItem(KEY) ?? undefined;
  store.setItem(KEY, given);
  history.replaceState(null, '', `${place.pathname}${place.search}`);
  return given;
}
