import { XbundleError } from '../../errors.ts';
import type { BuildCell } from '../build-plan.ts';
import { buildUnits } from '../build-unit.ts';
import type { PlanBuilder } from '../facts.ts';

/** Throws UNSUPPORTED where all platforms of a component are to be built by one command, and cannot be. */
export function refuseTogether(cells: readonly BuildCell[], { name, features }: PlanBuilder): void {
  if (!features.ociExporter) throw refusal(`the builder ${name} keeps images in a classic store`);
  for (const unit of buildUnits(cells)) {
    const nodes = new Set(unit.cells.flatMap(({ node }) => node ?? []));
    if (nodes.size > 1) {
      throw refusal(
        `the platforms of ${unit.id} are built on ${[...nodes].join(' and ')}, and buildx writes no OCI layout for several nodes`,
      );
    }
  }
}

function refusal(reason: string): XbundleError {
  return new XbundleError(
    'UNSUPPORTED',
    `planning the build: ${reason}. Leave --together out: each platform is then built on its own`,
  );
}
