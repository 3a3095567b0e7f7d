/** What stands in one of two lists only, each once. */
export function differences(one: readonly string[], other: readonly string[]): readonly string[] {
  const [left, right] = [new Set(one), new Set(other)];
  return [...left].filter((each) => !right.has(each)).concat([...right].filter((each) => !left.has(each)));
}
