/** What a Dockerfile says to its reader in its first lines: `# escape=…`, `# syntax=…`, by name in small letters. */
export function readDirectives(text: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const line of text.split('\n', MOST)) {
    const [, name, value] = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    directives.set(name.toLowerCase(), value);
  }
  return directives;
}

/** BuildKit knows three. */
const MOST = 16;

/** The character that lets a line go on in the next one. */
export function escapeOf(directives: ReadonlyMap<string, string>): string {
  return directives.get('escape') === '`' ? '`' : '\\';
}
