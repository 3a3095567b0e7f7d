import { isBuiltin } from 'node:module';
import { findCycles, shortestChain, type Edges } from './cycles.ts';
import { readImports, type ImportGraph } from './read-imports.ts';
import { brokenRule, runsInBrowser } from './rules.ts';

/** All broken rules of the sources under `root`, each with its chain of files. */
export async function checkImports(root: string): Promise<readonly string[]> {
  const graph = await readImports(root);
  const edges = edgesOf(graph);
  return [...brokenEdges(graph), ...browserChains(graph, edges), ...cycles(edges)];
}

function edgesOf(graph: ImportGraph): Edges {
  const targets = [...graph].map(([file, imports]) => {
    const found = imports.flatMap(({ target }) =>
      target !== undefined && graph.has(target) ? [target] : [],
    );
    return [file, [...new Set(found)]] as const;
  });
  return new Map(targets);
}

function brokenEdges(graph: ImportGraph): readonly string[] {
  return [...graph].flatMap(([from, imports]) =>
    imports.flatMap(({ specifier, line, target }) => {
      if (target === undefined) return [];
      const rule = brokenRule({ from, to: target, specifier });
      return rule === undefined ? [] : [`${from}:${line} -> ${target}\n  ${rule}`];
    }),
  );
}

/** The first chain from each place that runs in a browser to a module of Node. */
function browserChains(graph: ImportGraph, edges: Edges): readonly string[] {
  const builtins = new Map(
    [...graph].flatMap(([file, imports]) => {
      const builtin = imports.find(({ specifier }) => isBuiltin(specifier));
      return builtin === undefined ? [] : [[file, builtin.specifier] as const];
    }),
  );
  return [...graph.keys()].filter(runsInBrowser).flatMap((file) => {
    const chain = builtins.has(file) ? [file] : shortestChain(edges, file, (next) => builtins.has(next));
    // The files in between that run in a browser too are told on their own.
    if (chain === undefined || chain.slice(1).some(runsInBrowser)) return [];
    const way = [...chain, builtins.get(chain.at(-1) ?? '')].join(' -> ');
    return [`${way}\n  what runs in a browser reaches no module of Node`];
  });
}

function cycles(edges: Edges): readonly string[] {
  return findCycles(edges).map((cycle) => `${cycle.join(' -> ')}\n  files import each other in a circle`);
}
