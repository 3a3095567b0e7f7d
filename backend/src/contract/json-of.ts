/** What a text says as JSON; undefined where it says nothing, which no JSON is. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
