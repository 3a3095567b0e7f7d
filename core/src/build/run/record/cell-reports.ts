import { formatPlatform } from '../../../model/index.ts';
import type { BuildCell, BuildPlan } from '../../build-plan.ts';
import type { CellOutcome } from '../unit/cell-outcome.ts';
import type { CellReport, OnBuildEvent } from './build-report.ts';

/** The reports of all cells while they change. */
export class CellReports {
  readonly #reports: Map<string, CellReport>;
  readonly #onEvent: OnBuildEvent;

  constructor({ cells }: BuildPlan, onEvent: OnBuildEvent) {
    this.#reports = new Map(cells.map((cell) => [cell.id, waiting(cell)]));
    this.#onEvent = onEvent;
  }

  /** In the order of the plan. */
  get all(): readonly CellReport[] {
    return [...this.#reports.values()];
  }

  get(id: string): CellReport | undefined {
    return this.#reports.get(id);
  }

  update(id: string, change: Partial<CellOutcome> & Partial<Pick<CellReport, 'kept'>>): void {
    const report = this.#reports.get(id);
    if (report === undefined) return;
    const cell = { ...report, ...change };
    this.#reports.set(id, cell);
    this.#onEvent({ type: 'cell', cell });
  }
}

function waiting({ id, target, platform, wanted, how, node }: BuildCell): CellReport {
  return {
    id,
    component: target.name,
    platform: formatPlatform(platform),
    wanted,
    how,
    ...(node !== undefined && { node }),
    state: 'waiting',
    attempts: 0,
  };
}
