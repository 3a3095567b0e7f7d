/** `1 cell`, `2 cells`. */
export function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? word : `${word}s`}`;
}
