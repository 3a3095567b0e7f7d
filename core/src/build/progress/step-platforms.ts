/** What of a vertex decides its platform. */
export interface PlatformNode {
  readonly inputs: readonly string[];
  /** By its name. */
  readonly platform?: string | undefined;
}

/**
 * The platform of every vertex: its own by its name, else the one that all its inputs agree on. BuildKit writes
 * it only where several platforms are built, and of a stage `FROM scratch` only at the first step. Vertices come
 * in any order, inputs may be unknown, and what is no graph of BuildKit's may have cycles.
 */
export function propagatePlatforms(nodes: ReadonlyMap<string, PlatformNode>): ReadonlyMap<string, string> {
  const known = new Map<string, string | undefined>();
  for (const digest of nodes.keys()) resolve(digest, nodes, known);
  return new Map(
    [...known].flatMap(([digest, platform]) => (platform === undefined ? [] : [[digest, platform]])),
  );
}

/** Depth first with its own stack: a chain of steps may be longer than the call stack. */
function resolve(
  start: string,
  nodes: ReadonlyMap<string, PlatformNode>,
  known: Map<string, string | undefined>,
): void {
  const stack = [start];
  const entered = new Set<string>();
  for (let digest = stack.at(-1); digest !== undefined; digest = stack.at(-1)) {
    const inputs = inputsThatDecide(nodes.get(digest));
    const open = inputs.filter((input) => !known.has(input) && !entered.has(input));
    entered.add(digest);
    stack.push(...open);
    if (open.length > 0) continue;
    if (!known.has(digest)) known.set(digest, nodes.get(digest)?.platform ?? agreed(inputs, known));
    stack.pop();
  }
}

function inputsThatDecide(node: PlatformNode | undefined): readonly string[] {
  return node === undefined || node.platform !== undefined ? [] : node.inputs;
}

function agreed(
  inputs: readonly string[],
  known: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const platforms = new Set(inputs.map((input) => known.get(input)).filter((each) => each !== undefined));
  return platforms.size === 1 ? [...platforms][0] : undefined;
}
