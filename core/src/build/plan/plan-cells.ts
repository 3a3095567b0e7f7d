import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { formatPlatform, satisfies, type Platform } from '../../model/index.ts';
import { neededTargets } from '../needed-targets.ts';
import type { BuildDefinition, BuildTarget } from '../target.ts';

/** A component for a platform and what it waits for, before anything is known of how it is built. */
export interface PlannedCell {
  readonly id: string;
  readonly target: BuildTarget;
  readonly platform: Platform;
  readonly wanted: boolean;
  /** Ids of cells. */
  readonly needs: readonly string[];
  /** Named contexts that other cells make. */
  readonly contexts: readonly PlannedContext[];
  /** Components whose service it uses. */
  readonly services: readonly BuildTarget[];
}

export interface PlannedContext {
  /** As the Dockerfile says it. */
  readonly name: string;
  readonly target: BuildTarget;
  readonly cell: string;
}

export interface CellGraph {
  /** A cell stands after all it needs. */
  readonly cells: readonly PlannedCell[];
  /** The cell of each component with `serve` that any cell uses. */
  readonly served: ReadonlyMap<string, string>;
}

export interface CellWishes {
  /** Platforms of each selected component, at least one. */
  readonly platforms: ReadonlyMap<string, readonly Platform[]>;
  /** That of the machine where services run. */
  readonly servePlatform: Platform;
}

export function cellId(target: BuildTarget, platform: Platform): string {
  return `${target.name}@${formatPlatform(platform)}`;
}

/**
 * The cells of all selected components and of what these need, in an order in which they can be built. The
 * definition has no circles (`checkDefinition`). Throws LIMIT_EXCEEDED.
 */
export function planCells(definition: BuildDefinition, wishes: CellWishes): CellGraph {
  const graph = new GraphBuilder(definition, wishes);
  for (const target of definition.targets) {
    for (const platform of wishes.platforms.get(target.name) ?? []) graph.add(target, platform);
  }
  return { cells: [...graph.cells.values()], served: graph.served };
}

class GraphBuilder {
  /** In the order in which they are complete: what a cell needs is added before it. */
  readonly cells = new Map<string, PlannedCell>();
  readonly served = new Map<string, string>();
  readonly #byName: ReadonlyMap<string, BuildTarget>;
  readonly #wishes: CellWishes;

  constructor({ targets }: BuildDefinition, wishes: CellWishes) {
    this.#byName = new Map(targets.map((target) => [target.name, target]));
    this.#wishes = wishes;
  }

  /** Adds a cell after those it needs, each once. Recursion is as deep as the longest chain of components. */
  add(target: BuildTarget, platform: Platform): string {
    const id = cellId(target, platform);
    if (this.cells.has(id)) return id;
    const needed = neededTargets(target).flatMap((name) => this.#byName.get(name) ?? []);
    const services = needed.filter(({ serve }) => serve !== undefined);
    const served = services.map((service) => this.#serve(service));
    const contexts = Object.entries(target.contexts).flatMap(([name, context]) => {
      const other = context.kind === 'target' ? this.#byName.get(context.target) : undefined;
      return other === undefined ? [] : [{ name, target: other, cell: this.add(other, platform) }];
    });
    const awaited = needed
      .filter(({ name, serve }) => serve === undefined && target.needs.includes(name))
      .flatMap((other) => this.#awaited(other, platform));
    const needs = new Set([...contexts.map(({ cell }) => cell), ...served, ...awaited]);
    this.#insert({
      id,
      target,
      platform,
      wanted: this.#isWanted(target, platform),
      needs: [...needs],
      contexts,
      services,
    });
    return id;
  }

  #insert(cell: PlannedCell): void {
    this.cells.set(cell.id, cell);
    if (this.cells.size <= LIMITS.buildCells) return;
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `planning the build: more than ${LIMITS.buildCells} components times platforms. Build a part at a time`,
    );
  }

  #isWanted({ name }: BuildTarget, platform: Platform): boolean {
    const key = formatPlatform(platform);
    return this.#wishes.platforms.get(name)?.some((each) => formatPlatform(each) === key) ?? false;
  }

  #serve(target: BuildTarget): string {
    const id = this.add(target, this.#wishes.servePlatform);
    this.served.set(target.name, id);
    return id;
  }

  /** A component that is only waited for need not exist for the same platform. */
  #awaited(target: BuildTarget, platform: Platform): readonly string[] {
    const own = this.#wishes.platforms.get(target.name) ?? target.platforms ?? [platform];
    const same = own.filter((each) => satisfies(each, platform));
    return (same.length > 0 ? same : own).map((each) => this.add(target, each));
  }
}
