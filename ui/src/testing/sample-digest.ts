/** A digest that is the same for the same name; nothing has it. */
export function sampleDigest(name: string): string {
  let state = 0x811c9dc5;
  let hex = '';
  for (let round = 0; hex.length < 64; round++) {
    for (const character of `${name}${round}`)
      state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
    hex += state.toString(16).padStart(8, '0');
  }
  return `sha256:${hex.slice(0, 64)}`;
}
