import { isXbundleError, messageOf } from '../../../errors.ts';
import type { BuildPlan, BuildService } from '../../build-plan.ts';
import type { BuildUnit } from '../../build-unit.ts';
import type { CellInputs } from '../../cell-command.ts';
import { storedResult } from '../record/build-report.ts';
import type { CellReports } from '../record/cell-reports.ts';
import type { RunningServices } from '../services/run-services.ts';

/** A unit cannot be built because a service that it uses is not there. */
export class ServiceFailure extends Error {}

export interface BuiltBefore {
  readonly plan: BuildPlan;
  readonly reports: CellReports;
  readonly services: RunningServices;
}

/**
 * What a unit is given of what was built before it: digests of the cells that are its contexts, and addresses of the
 * services it uses, which are started unless they run. Throws ServiceFailure.
 */
export async function unitInputs(
  { cells }: BuildUnit,
  { plan, reports, services }: BuiltBefore,
  signal: AbortSignal,
): Promise<CellInputs> {
  const digests = cells
    .flatMap(({ contexts }) => contexts)
    .flatMap(({ cell }) => {
      const report = reports.get(cell);
      const stored = report && storedResult(report);
      return stored === undefined ? [] : [[cell, stored.root.digest] as const];
    });
  const names = new Set(cells.flatMap((cell) => cell.services));
  const hosts = await Promise.all(
    plan.services
      .filter(({ name }) => names.has(name))
      .map(async (service) => [service.name, await addressOf(service, services, signal)] as const),
  );
  return { digests: Object.fromEntries(digests), hosts: Object.fromEntries(hosts) };
}

async function addressOf(
  service: BuildService,
  services: RunningServices,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await services.address(service, signal);
  } catch (error) {
    throw isXbundleError(error) ? new ServiceFailure(messageOf(error), { cause: error }) : error;
  }
}
