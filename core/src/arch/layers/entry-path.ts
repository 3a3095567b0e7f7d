/** The path of an entry as Linux would resolve it at the root; undefined where nothing is left of it. */
export function entryPath(name: string): string | undefined {
  const parts = partsOf(name);
  return parts.length === 0 ? undefined : parts.join('/');
}

/** The names along a path, without those that lead nowhere or back. */
export function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
