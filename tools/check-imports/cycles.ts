/** Files by name and the files they lead to. */
export type Edges = ReadonlyMap<string, readonly string[]>;

/** A shortest way from one file to one that `isGoal` accepts, both included; undefined when there is none. */
export function shortestChain(
  edges: Edges,
  from: string,
  isGoal: (file: string) => boolean,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [from];
  for (const file of queue) {
    for (const next of edges.get(file) ?? []) {
      if (isGoal(next)) return [...wayTo(file, from, cameFrom), next];
      if (next === from || cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(file: string, from: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [file];
  for (let at = file; at !== from;) {
    at = cameFrom.get(at) ?? from;
    way.unshift(at);
  }
  return way;
}

/** The circles in which files lead back to themselves: for each file that is in none reported yet, a shortest. */
export function findCycles(edges: Edges): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const reported = new Set<string>();
  for (const file of edges.keys()) {
    if (reported.has(file)) continue;
    const cycle = shortestChain(edges, file, (next) => next === file);
    if (cycle === undefined) continue;
    for (const member of cycle) reported.add(member);
    cycles.push(cycle);
  }
  return cycles;
}
