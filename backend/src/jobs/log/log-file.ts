import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onPath, systemCode } from '@xbundle/core';
import type { OutputChunk } from '../runners/job-runner.ts';

/** One line of a job's log. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly stream: OutputChunk['stream'];
  /** Id of the cell it belongs to. */
  readonly cell?: string | undefined;
  readonly text: string;
}

/** Where lines lie in a log file: the start of every so many of them, and which belong to a cell. */
export class LogIndex {
  static readonly BLOCK = 64;
  /** Bytes that lines take; what lies behind was being written when the machine went down. */
  bytes = 0;
  lines = 0;
  readonly #blocks: number[] = [];
  readonly #cells = new Map<string, number[]>();

  add(length: number, cell: string): void {
    if (this.lines % LogIndex.BLOCK === 0) this.#blocks.push(this.bytes);
    if (cell !== '') {
      const own = this.#cells.get(cell);
      if (own === undefined) this.#cells.set(cell, [this.lines]);
      else own.push(this.lines);
    }
    this.bytes += length;
    this.lines += 1;
  }

  total(cell?: string): number {
    return cell === undefined ? this.lines : (this.#cells.get(cell)?.length ?? 0);
  }

  /** Numbers of lines, by their position among those of a cell or of all. */
  numbers(cell: string | undefined, from: number, to: number): readonly number[] {
    if (cell !== undefined) return (this.#cells.get(cell) ?? []).slice(from, to);
    const end = Math.min(to, this.lines);
    return Array.from({ length: Math.max(0, end - from) }, (_, at) => from + at);
  }

  /** The start of the block that a line is in, and the line the block starts with. */
  blockOf(line: number): { readonly offset: number; readonly first: number } {
    const block = Math.floor(line / LogIndex.BLOCK);
    return { offset: this.#blocks[block] ?? this.bytes, first: block * LogIndex.BLOCK };
  }
}

/** A line as the file has it: its text is JSON, so that it cannot hold a line's end. */
function formatEntry({ time, stream, cell = '', text }: LogEntry): string {
  return `${time}\t${stream === 'stdout' ? 'o' : 'e'}\t${cell.replace(/[\t\n]/g, ' ')}\t${JSON.stringify(text)}\n`;
}

export function parseEntry(line: string): LogEntry {
  const [time = '0', stream, cell = '', ...text] = line.split('\t');
  return {
    time: Number(time),
    stream: stream === 'o' ? 'stdout' : 'stderr',
    ...(cell !== '' && { cell }),
    text: String(JSON.parse(text.join('\t'))),
  };
}

/** What of a job is kept at most; a build that prints more has lost its mind. */
const MAX_LOG_BYTES = 1_073_741_824;

const BATCH_BYTES = 131_072;

/** Writes a log from its first line. Not to be used by two at once. */
export class LogWriter {
  readonly index = new LogIndex();
  readonly #path: string;
  readonly #file: FileHandle;
  #batch: Buffer[] = [];
  #batchBytes = 0;
  #isFull = false;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Begins anew where there is one: the runner gives all output again. */
  static async create(path: string): Promise<LogWriter> {
    await onPath('making', dirname(path), () => mkdir(dirname(path), { recursive: true, mode: 0o700 }));
    return new LogWriter(path, await onPath('writing', path, () => open(path, 'w', 0o600)));
  }

  async add(entry: LogEntry): Promise<void> {
    if (this.#isFull) return;
    this.#isFull = this.index.bytes > MAX_LOG_BYTES;
    this.#put(this.#isFull ? { ...entry, text: 'The log ends here: it has grown too large.' } : entry);
    if (this.#batchBytes > BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#batchBytes === 0) return;
    const bytes = Buffer.concat(this.#batch);
    this.#batch = [];
    this.#batchBytes = 0;
    await onPath('writing', this.#path, () => this.#file.appendFile(bytes));
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file.close();
  }

  #put(entry: LogEntry): void {
    const line = Buffer.from(formatEntry(entry));
    this.#batch.push(line);
    this.#batchBytes += line.byteLength;
    this.index.add(line.byteLength, entry.cell?.replace(/[\t\n]/g, ' ') ?? '');
  }
}

const SCAN_BYTES = 1_048_576;
const [TAB, NEWLINE] = [9, 10];

/** Finds the lines of a log that is not being written; none where there is no log. */
export async function indexLog(path: string, signal?: AbortSignal): Promise<LogIndex> {
  const index = new LogIndex();
  const file = await openLog(path);
  if (file === undefined) return index;
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (let offset = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.alloc(SCAN_BYTES), 0, SCAN_BYTES, offset);
      if (bytesRead === 0) return index;
      offset += bytesRead;
      rest = indexLines(Buffer.concat([rest, buffer.subarray(0, bytesRead)]), index);
    }
  } finally {
    await file.close();
  }
}

function indexLines(bytes: Buffer, index: LogIndex): Buffer {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) return bytes.subarray(start);
    const second = bytes.indexOf(TAB, bytes.indexOf(TAB, start) + 1);
    const third = bytes.indexOf(TAB, second + 1);
    index.add(end + 1 - start, bytes.toString('utf8', second + 1, third));
    start = end + 1;
  }
}

export async function openLog(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
