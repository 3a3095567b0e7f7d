import { LIMITS } from '../../limits.ts';
import type { BuildStep, StepProgress, StepState } from './build-model.ts';
import { LogLines } from './log-lines.ts';
import type { SolveStatus, StatusVertex } from './solve-status.ts';
import { parseVertexName, type VertexName } from './vertex-name.ts';

/** All that is known of one vertex; updates are whole replacements of what BuildKit says of it. */
export class StepRecord {
  readonly digest: string;
  readonly number: number;
  inputs: readonly string[] = [];
  name: VertexName = { text: '', isInternal: true };
  state: StepState = 'waiting';
  readonly #targets: ReadonlySet<string>;
  readonly #progress = new Map<string, StepProgress>();
  readonly #streams = new Map<1 | 2, LogLines>();
  /** From its start to its end, in milliseconds, for each time it was started. */
  readonly #runs = new Map<string, number>();
  #log: string[] = [];
  #error: string | undefined;

  constructor(digest: string, number: number, targets: ReadonlySet<string>) {
    this.digest = digest;
    this.number = number;
    this.#targets = targets;
  }

  update({ name, inputs, started, completed, cached, error }: StatusVertex): void {
    if (name) this.name = parseVertexName(name, this.#targets);
    if (inputs && inputs.length > 0) this.inputs = inputs;
    if (started && completed) this.#countRun(started, completed);
    this.#error = error || undefined;
    this.state = stateOf({ started, completed, cached, error });
  }

  #countRun(started: string, completed: string): void {
    const duration = Date.parse(completed) - Date.parse(started);
    if (duration >= 0 && this.#runs.size < LIMITS.buildStepParts) this.#runs.set(started, duration);
  }

  addProgress({ id, current, total, completed }: NonNullable<SolveStatus['statuses']>[number]): void {
    if (!this.#progress.has(id) && this.#progress.size >= LIMITS.buildStepParts) return;
    this.#progress.set(id, {
      id,
      current: current ?? 0,
      ...(total && { total }),
      done: Boolean(completed),
    });
  }

  /** The lines that a chunk of output ends. */
  addLog(stream: 1 | 2, base64: string): readonly string[] {
    const lines = this.#streams.get(stream) ?? new LogLines();
    this.#streams.set(stream, lines);
    return this.#keep(lines.add(base64));
  }

  /** Lines without an end, once the step has ended. */
  endLog(): readonly { readonly stream: 1 | 2; readonly text: string }[] {
    return [...this.#streams].flatMap(([stream, lines]) =>
      this.#keep(lines.finish()).map((text) => ({ stream, text })),
    );
  }

  get logLines(): number {
    return this.#log.length;
  }

  dropLog(): void {
    this.#log = [];
  }

  toStep(platform: string | undefined): BuildStep {
    const runs = [...this.#runs.values()];
    return {
      digest: this.digest,
      number: this.number,
      ...withoutPlatform(this.name),
      state: this.state,
      ...(platform !== undefined && { platform }),
      ...(this.#error !== undefined && { error: this.#error }),
      ...(runs.length > 0 && { durationMs: runs.reduce((sum, each) => sum + each, 0) }),
      progress: [...this.#progress.values()],
      log: [...this.#log],
    };
  }

  #keep(lines: readonly string[]): readonly string[] {
    this.#log.push(...lines);
    this.#log.splice(0, this.#log.length - LIMITS.buildStepLogLines);
    return lines;
  }
}

function withoutPlatform(name: VertexName): Omit<VertexName, 'platform'> {
  const { text, target, stage, runsOn, step, isInternal } = name;
  return {
    text,
    ...(target !== undefined && { target }),
    ...(stage !== undefined && { stage }),
    ...(runsOn !== undefined && { runsOn }),
    ...(step !== undefined && { step }),
    isInternal,
  };
}

function stateOf(vertex: Pick<StatusVertex, 'started' | 'completed' | 'cached' | 'error'>): StepState {
  if (vertex.error) return isCancellation(vertex.error) ? 'canceled' : 'failed';
  if (vertex.completed) return vertex.cached === true ? 'cached' : 'done';
  return vertex.started ? 'running' : 'waiting';
}

/** As BuildKit's own display tells it: a step that was stopped, not one that went wrong. */
export function isCancellation(error: string): boolean {
  return error.endsWith('context canceled');
}
