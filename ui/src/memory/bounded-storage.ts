const PREFIX = 'xbundle.';
const ORDER = `${PREFIX}order`;

/** Projects, runs and images have keys of their own: of so many the oldest are forgotten. */
export const MOST_KEYS = 200;

/** What was stored under a key, as it was written; undefined where nothing was, or storage is not allowed. */
export function recallText(key: string): string | undefined {
  try {
    return localStorage.getItem(`${PREFIX}${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a text under a key, and forgets the key that was not written for the longest time when there are too many. */
export function storeText(key: string, text: string): void {
  try {
    localStorage.setItem(`${PREFIX}${key}`, text);
    const order = [...readOrder().filter((each) => each !== key), key];
    for (const old of order.slice(0, -MOST_KEYS)) localStorage.removeItem(`${PREFIX}${old}`);
    localStorage.setItem(ORDER, JSON.stringify(order.slice(-MOST_KEYS)));
  } catch {
    // Storage is full or not allowed: nothing is remembered, and the page works.
  }
}

function readOrder(): readonly string[] {
  const order: unknown = JSON.parse(localStorage.getItem(ORDER) ?? '[]');
  return Array.isArray(order) ? order.filter((each) => typeof each === 'string') : [];
}
