import { tell } from '@xbundle/core';
import {
  JOB_NOTES,
  type BuildCellReport,
  type Job,
  type JobEvent,
  type JobSummary,
  type ToldText,
} from '../../contract.ts';
import { steppedCell, updatedCell } from './build-cells.ts';
import { parseCliLine, type CliLine, type CliTransfer } from './cli-line.ts';
import type { LogEntry } from '../log/log-file.ts';
import { TransferProgress } from './transfer-progress.ts';
import type { OutputChunk } from '../runners/job-runner.ts';

type Note = Job['notes'][number];
type Counts = NonNullable<JobSummary['counts']>;

/** What one line of output changed. */
export interface LineEffect {
  readonly log?: LogEntry;
  readonly events: readonly JobEvent[];
}

const MAX_NOTES = 100;
/** Of the one document that the command line prints at its end. */
const MAX_DOCUMENT = 33_554_432;

const NOTHING: LineEffect = { events: [] };

/**
 * What the output of a job's program says of it, line by line. No effects: the same lines give the same job, which
 * is how one is found again after a restart.
 */
export class JobModel {
  readonly #startedAt: number;
  readonly #cells = new Map<string, BuildCellReport>();
  readonly #transfer = new TransferProgress();
  #notes: readonly Note[] = [];
  #document: string[] = [];
  #documentLength = 0;
  #hasTransfer = false;
  #time: number;

  /** `startedAt`: milliseconds since 1970, for the times that the command line tells. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#time = startedAt;
  }

  get cells(): readonly BuildCellReport[] {
    return [...this.#cells.values()];
  }

  get notes(): readonly Note[] {
    return this.#notes;
  }

  get progress(): JobSummary['progress'] {
    return this.#hasTransfer ? this.#transfer.state : undefined;
  }

  get counts(): Counts | undefined {
    const wanted = this.cells.filter((cell) => cell.wanted);
    if (wanted.length === 0) return undefined;
    const count = (...states: readonly BuildCellReport['state'][]): number =>
      wanted.filter(({ state }) => states.includes(state)).length;
    return {
      cells: wanted.length,
      done: count('done', 'cached'),
      failed: count('failed', 'blocked', 'impossible', 'cancelled'),
      running: count('building'),
    };
  }

  /** All that was printed on standard output. */
  get document(): string {
    return this.#document.join('\n');
  }

  add(stream: OutputChunk['stream'], text: string): LineEffect {
    if (stream === 'stdout') return this.#printed(text);
    const line = parseCliLine(text);
    if (line === undefined) return this.#logged(text);
    const { time } = line;
    if (typeof time === 'number') this.#time = Math.round(this.#startedAt + time * 1000);
    return this.#told(line);
  }

  #printed(text: string): LineEffect {
    this.#documentLength += text.length + 1;
    // What is no document from its first line on is output that is only logged.
    const isDocument = (this.#document[0] ?? text).startsWith('{');
    if (isDocument && this.#documentLength <= MAX_DOCUMENT) this.#document.push(text);
    return { log: { time: this.#time, stream: 'stdout', text }, events: [] };
  }

  #told(line: CliLine): LineEffect {
    switch (line.type) {
      case 'cell': {
        const cell = updatedCell(this.#cells.get(line.cell.id), line.cell, this.#time);
        this.#cells.set(cell.id, cell);
        return { events: [{ type: 'cell', cell }] };
      }
      case 'build':
        return this.#built(line);
      case 'retry':
        return this.#retried(whatIsRetried(line), line.reason);
      case 'service':
        return this.#noted('info', toldService(line));
      case 'output':
        return this.#moved(line.event);
      default:
        return this.#moved(line);
    }
  }

  #built({ cell: id, event, counts }: Extract<CliLine, { type: 'build' }>): LineEffect {
    const known = this.#cells.get(id);
    if (event.type === 'log' || event.type === 'text') return this.#logged(event.text, known);
    if (event.type === 'warning') return this.#logged(`warning: ${event.warning.text}`, known);
    // How far a part of a step is changes neither the step nor what is left.
    if (known === undefined || event.type === 'progress') return NOTHING;
    const step = event.step.state === 'running' ? event.step.text : undefined;
    const cell = steppedCell(known, step, counts);
    this.#cells.set(id, cell);
    return { events: [{ type: 'cell', cell }] };
  }

  #moved(event: CliTransfer): LineEffect {
    if (event.type === 'note') return this.#noted(event.level, event);
    if (event.type === 'retry') return this.#retried(event.what, event.reason);
    this.#hasTransfer = true;
    this.#transfer.add(event, this.#time);
    const events: readonly JobEvent[] = [{ type: 'progress', progress: this.#transfer.state }];
    return event.type === 'phase' ? { ...this.#logged(event.phase), events } : { events };
  }

  #retried(what: string, reason: string): LineEffect {
    return this.#noted('warning', tell(JOB_NOTES, 'retry', { what, reason }));
  }

  #noted(level: Note['level'], { message, code, values }: ToldText): LineEffect {
    const note: Note = {
      time: this.#time,
      level,
      message,
      ...(code !== undefined && { code }),
      ...(values !== undefined && { values }),
    };
    this.#notes = [...this.#notes, note].slice(-MAX_NOTES);
    return { ...this.#logged(message), events: [{ type: 'note', note }] };
  }

  /** Text of several lines is several lines of the log, but one here: whoever reads it shows it as it is. */
  #logged(text: string, cell?: BuildCellReport): LineEffect {
    if (cell !== undefined) this.#cells.set(cell.id, { ...cell, logLines: cell.logLines + 1 });
    const entry = { time: this.#time, stream: 'stderr' as const, text };
    return { log: cell === undefined ? entry : { ...entry, cell: cell.id }, events: [] };
  }
}

const SERVICE_STATES = ['starting', 'ready', 'removed'] as const;

function toldService({ name, state: told }: Extract<CliLine, { type: 'service' }>): ToldText {
  const state = SERVICE_STATES.find((each) => each === told);
  return state === undefined
    ? { message: `${name}: ${told}` }
    : tell(JOB_NOTES, `service-${state}`, { name });
}

function whatIsRetried(line: Extract<CliLine, { type: 'retry' }>): string {
  return 'cell' in line && typeof line.cell === 'string' ? line.cell : String(line['what']);
}
