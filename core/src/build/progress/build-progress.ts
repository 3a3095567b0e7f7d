import { LIMITS } from '../../limits.ts';
import type { BuildEvent, BuildModel, BuildStep, BuildWarning, StepCounts } from './build-model.ts';
import { parseSolveStatus, type SolveStatus, type StatusWarning } from './solve-status.ts';
import { propagatePlatforms } from './step-platforms.ts';
import { StepRecord } from './step-record.ts';

export interface BuildProgressOptions {
  /** Names of a bake file's targets that are built together; none for a single build. */
  readonly targets?: readonly string[] | undefined;
  /** The platform of a build for one platform only, whose names do not say it. */
  readonly platform?: string | undefined;
}

/**
 * Adds the lines of `docker buildx … --progress=rawjson` up to a model of the build. It has no effect but its own
 * state, needs nothing of Node, and its memory is bounded by `LIMITS.build…`: what is beyond is dropped, oldest
 * output first.
 */
export class BuildProgress {
  readonly #targets: ReadonlySet<string>;
  readonly #platform: string | undefined;
  readonly #steps = new Map<string, StepRecord>();
  readonly #warnings: BuildWarning[] = [];
  readonly #text: string[] = [];
  /** Steps whose output is kept, the one that ended first being the first to lose it. */
  readonly #withLog = new Set<StepRecord>();
  #platforms: ReadonlyMap<string, string> = new Map();

  constructor({ targets = [], platform }: BuildProgressOptions = {}) {
    this.#targets = new Set(targets);
    this.#platform = platform;
  }

  /** Takes one line of output and says what it changed. */
  add(line: string): readonly BuildEvent[] {
    const status = parseSolveStatus(line);
    if (status === undefined) return this.#addText(line);
    return [
      ...this.#addVertexes(status),
      ...this.#addProgress(status),
      ...this.#addLogs(status),
      ...(status.warnings ?? []).flatMap((warning) => this.#addWarning(warning)),
    ];
  }

  /** To be called after the last line: gives lines of output that have no end. */
  finish(): readonly BuildEvent[] {
    return [...this.#steps.values()].flatMap((record) => this.#endLog(record));
  }

  get model(): BuildModel {
    const steps = [...this.#steps.values()].map((record) => this.#toStep(record));
    return { steps, counts: this.counts, warnings: [...this.#warnings], text: [...this.#text] };
  }

  /** Cheaper than the whole model, for a display that asks often. */
  get counts(): StepCounts {
    const states = [...this.#steps.values()].map(({ state }) => state);
    return {
      total: states.length,
      ended: states.filter((state) => state !== 'waiting' && state !== 'running').length,
      cached: states.filter((state) => state === 'cached').length,
      failed: states.filter((state) => state === 'failed').length,
    };
  }

  #addText(text: string): readonly BuildEvent[] {
    this.#text.push(text.slice(0, LIMITS.buildTextLength));
    this.#text.splice(0, this.#text.length - LIMITS.buildTextLines);
    return [{ type: 'text', text }];
  }

  #addVertexes({ vertexes }: SolveStatus): readonly BuildEvent[] {
    const changed = (vertexes ?? []).flatMap((vertex) => {
      const record = this.#record(vertex.digest);
      if (record === undefined) return [];
      const before = record.state;
      record.update(vertex);
      return [{ record, isNews: record.state !== before }];
    });
    if (changed.length > 0) this.#propagate();
    return changed.flatMap(({ record, isNews }) => {
      if (!isNews) return [];
      const hasEnded = record.state !== 'waiting' && record.state !== 'running';
      const rest = hasEnded ? this.#endLog(record) : [];
      return [...rest, { type: 'step', step: this.#toStep(record) } as const];
    });
  }

  #propagate(): void {
    const nodes = [...this.#steps].map(
      ([digest, { inputs, name }]) => [digest, { inputs, platform: name.platform }] as const,
    );
    this.#platforms = propagatePlatforms(new Map(nodes));
  }

  #addProgress({ statuses }: SolveStatus): readonly BuildEvent[] {
    const touched = new Set<StepRecord>();
    for (const status of statuses ?? []) {
      const record = this.#record(status.vertex);
      record?.addProgress(status);
      if (record !== undefined) touched.add(record);
    }
    return [...touched].map((record) => ({ type: 'progress', step: this.#toStep(record) }));
  }

  #addLogs({ logs }: SolveStatus): readonly BuildEvent[] {
    return (logs ?? []).flatMap(({ vertex, stream, data }) => {
      const record = this.#record(vertex);
      const number = stream === 2 ? 2 : 1;
      const lines = record?.addLog(number, data ?? '') ?? [];
      if (record === undefined || lines.length === 0) return [];
      this.#keepLog(record);
      const step = this.#toStep(record);
      return lines.map((text) => ({ type: 'log', step, stream: number, text }) as const);
    });
  }

  #endLog(record: StepRecord): readonly BuildEvent[] {
    const lines = record.endLog();
    if (lines.length === 0) return [];
    this.#keepLog(record);
    const step = this.#toStep(record);
    return lines.map(({ stream, text }) => ({ type: 'log', step, stream, text }));
  }

  /** Steps that failed keep their output: it says why. */
  #keepLog(record: StepRecord): void {
    this.#withLog.delete(record);
    this.#withLog.add(record);
    let kept = [...this.#withLog].reduce((sum, { logLines }) => sum + logLines, 0);
    for (const each of this.#withLog) {
      if (kept <= LIMITS.buildLogLines) return;
      if (each === record || each.state === 'failed') continue;
      kept -= each.logLines;
      each.dropLog();
      this.#withLog.delete(each);
    }
  }

  #addWarning({ short, url, range }: StatusWarning): readonly BuildEvent[] {
    if (this.#warnings.length >= LIMITS.buildStepParts) return [];
    const line = range?.[0]?.start?.line;
    const warning = {
      text: decode(short ?? ''),
      ...(url && { url }),
      ...(typeof line === 'number' && { line }),
    };
    this.#warnings.push(warning);
    return [{ type: 'warning', warning }];
  }

  #record(digest: string): StepRecord | undefined {
    const known = this.#steps.get(digest);
    if (known !== undefined || this.#steps.size >= LIMITS.buildSteps) return known;
    const record = new StepRecord(digest, this.#steps.size + 1, this.#targets);
    this.#steps.set(digest, record);
    return record;
  }

  #toStep(record: StepRecord): BuildStep {
    return record.toStep(this.#platforms.get(record.digest) ?? this.#platform);
  }
}

function decode(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)));
  } catch {
    return '';
  }
}
