import type { Job, JobEvent, JobSummary } from '../contract.ts';
import { EventRing } from './event-ring.ts';
import { JobModel, type LineEffect } from './output/job-model.ts';
import { jobOf, type JobRecord } from './store/job-record.ts';
import type { OutputChunk } from './runners/job-runner.ts';
import { LogWriter, type LogIndex } from './log/log-file.ts';

/** A job that is under way, or has just ended, in memory. */
export class LiveJob {
  readonly events = new EventRing();
  readonly logPath: string;
  #record: JobRecord;
  #model: JobModel;
  #writer: LogWriter | undefined;
  #lastWords: string | undefined;
  /** Whether something changed since it was last saved. */
  isDirty = false;

  constructor(record: JobRecord, logPath: string) {
    this.#record = record;
    this.logPath = logPath;
    this.#model = new JobModel(startOf(record));
  }

  get id(): string {
    return this.#record.summary.id;
  }

  get document(): string {
    return this.#model.document;
  }

  get lastWords(): string | undefined {
    return this.#lastWords;
  }

  get logIndex(): LogIndex | undefined {
    return this.#writer?.index;
  }

  get record(): JobRecord {
    return this.#record;
  }

  get request(): Job['request'] {
    return this.#record.request;
  }

  get state(): JobSummary['state'] {
    return this.#record.summary.state;
  }

  /** Forgets all that the output said: it comes again from its first byte. */
  async begin(): Promise<void> {
    await this.#writer?.close();
    this.#writer = await LogWriter.create(this.logPath);
    this.#model = new JobModel(startOf(this.#record));
  }

  async take(stream: OutputChunk['stream'], line: string): Promise<void> {
    if (stream === 'stderr' && line.trim() !== '' && !line.startsWith('{')) this.#lastWords = line.trim();
    await this.apply(this.#model.add(stream, line));
  }

  async apply({ log, events }: LineEffect): Promise<void> {
    this.isDirty = true;
    if (log !== undefined && this.#writer !== undefined) {
      await this.#writer.add(log);
      this.events.add(growthOf(this.#writer.index, log.cell));
    }
    for (const event of events) this.events.add(event);
    if (events.length > 0) this.#refresh();
  }

  /** Changes what is known apart from the output. */
  update(summary: Partial<JobSummary>, rest: Partial<Omit<JobRecord, 'summary'>> = {}): void {
    this.#record = { ...this.#record, ...rest, summary: { ...this.#record.summary, ...summary } };
    this.isDirty = true;
    this.events.add({ type: 'job', job: this.#record.summary });
  }

  async flush(): Promise<void> {
    await this.#writer?.flush();
    this.#refresh();
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#refresh();
    this.events.close();
  }

  get job(): Job {
    this.#refresh();
    return jobOf(this.#record, this.events.cursor);
  }

  #refresh(): void {
    const { cells, notes, counts, progress } = this.#model;
    const index = this.#writer?.index;
    const before = JSON.stringify(this.#record.summary.counts);
    this.#record = {
      ...this.#record,
      cells: [...cells],
      notes: [...notes],
      ...(index !== undefined && { logLines: index.lines, logBytes: index.bytes }),
      summary: {
        ...this.#record.summary,
        ...(counts !== undefined && { counts }),
        ...(progress !== undefined && { progress }),
      },
    };
    if (JSON.stringify(counts) !== before) this.#announce({ type: 'job', job: this.#record.summary });
  }

  #announce(event: JobEvent): void {
    this.events.add(event);
  }
}

/** Whoever reads the log of one cell hears of its lines while a step runs, which changes nothing else of the cell. */
function growthOf(index: LogIndex, cell: string | undefined): JobEvent {
  const { lines } = index;
  return cell === undefined
    ? { type: 'log', lines }
    : { type: 'log', lines, cell: { id: cell, lines: index.total(cell) } };
}

function startOf({ summary }: JobRecord): number {
  return summary.startedAt ?? summary.createdAt;
}
