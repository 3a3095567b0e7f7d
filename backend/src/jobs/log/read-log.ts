import type { FileHandle } from 'node:fs/promises';
import { XbundleError } from '@xbundle/core';
import type { LogLine, ResponseOf } from '../../contract.ts';
import { openLog, parseEntry, type LogEntry, type LogIndex } from './log-file.ts';

/** A log and where its lines are. */
export interface OpenLog {
  readonly path: string;
  readonly index: LogIndex;
}

export interface LogSelection {
  readonly cell?: string | undefined;
  readonly from: number;
  readonly tail?: number | undefined;
  readonly limit: number;
}

/** Characters of a line that a page gives; `readLogLine` has the rest. */
const LINE_TEXT = 4_000;
/** JSON of a page. */
const PAGE_BYTES = 700_000;
const READ_BYTES = 262_144;
const NEWLINE = 10;

/** A page of lines. It may be shorter than asked for, never empty where there are lines. */
export async function readLogPage(
  log: OpenLog,
  { cell, from, tail, limit }: LogSelection,
): Promise<ResponseOf<'jobLog'>> {
  const total = log.index.total(cell);
  const start = tail === undefined ? Math.min(from, total) : Math.max(0, total - tail);
  const numbers = log.index.numbers(cell, start, start + (tail ?? limit));
  const lines: LogLine[] = [];
  let size = 0;
  for await (const { number, text } of readLines(log, numbers)) {
    const line = toLine(number, parseEntry(text));
    size += JSON.stringify(line).length;
    if (size > PAGE_BYTES && lines.length > 0 && tail === undefined) break;
    lines.push(line);
    // Of the last lines, those before give way.
    while (size > PAGE_BYTES && lines.length > 1) size -= JSON.stringify(lines.shift()).length;
  }
  const first = tail === undefined ? start : start + numbers.length - lines.length;
  return { from: first, lines, total };
}

function toLine(number: number, { time, stream, cell, text }: LogEntry): LogLine {
  const isLong = text.length > LINE_TEXT;
  return {
    number,
    time,
    stream,
    ...(cell !== undefined && { cell }),
    text: isLong ? text.slice(0, LINE_TEXT) : text,
    ...(isLong && { length: text.length }),
  };
}

const PART_LENGTH = 100_000;

/** A part of one line. Throws NOT_FOUND for a line that is not there. */
export async function readLogLine(
  log: OpenLog,
  number: number,
  offset: number,
): Promise<ResponseOf<'jobLogLine'>> {
  for await (const line of readLines(log, [number])) {
    const { text } = parseEntry(line.text);
    const next = offset + PART_LENGTH;
    return {
      text: text.slice(offset, next),
      length: text.length,
      ...(next < text.length && { next }),
    };
  }
  throw new XbundleError('NOT_FOUND', `reading a log: it has no line ${number}`);
}

export interface LogSearch {
  readonly text: string;
  readonly cell?: string | undefined;
  readonly from: number;
  readonly limit: number;
}

/** How long one search goes on before it gives what it has. */
const SEARCH_MS = 3_000;

/** Positions of the lines that hold a text, case aside. */
export async function searchLog(
  log: OpenLog,
  { text, cell, from, limit }: LogSearch,
  signal: AbortSignal,
): Promise<ResponseOf<'searchJobLog'>> {
  // The file has JSON; what is looked for is written in the same way, so that no line needs to be parsed.
  const wanted = JSON.stringify(text).slice(1, -1).toLowerCase();
  const end = Date.now() + SEARCH_MS;
  const matches: number[] = [];
  let position = from;
  for await (const line of linesAfter(log, cell, from)) {
    signal.throwIfAborted();
    if (contentOf(line.text).toLowerCase().includes(wanted)) matches.push(position);
    position += 1;
    const isTime = position % 1_000 === 0 && Date.now() > end;
    if (matches.length >= limit || isTime) return { matches, next: position };
  }
  return { matches };
}

/** Lines whose numbers are in memory at one time: a log has millions. */
const STRETCH = 50_000;

async function* linesAfter(
  log: OpenLog,
  cell: string | undefined,
  from: number,
): AsyncGenerator<NumberedLine, void, undefined> {
  for (let at = from; at < log.index.total(cell); at += STRETCH)
    yield* readLines(log, log.index.numbers(cell, at, at + STRETCH));
}

/** The text of a line, as JSON without its quotes. */
function contentOf(line: string): string {
  const at = line.indexOf('\t', line.indexOf('\t', line.indexOf('\t') + 1) + 1);
  return line.slice(at + 2, -1);
}

interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** Lines by their numbers, which rise. No block of the file is read twice. */
async function* readLines(
  { path, index }: OpenLog,
  numbers: readonly number[],
): AsyncGenerator<NumberedLine, void, undefined> {
  const file = numbers.length === 0 ? undefined : await openLog(path);
  if (file === undefined) return;
  try {
    for (const run of runsOf(numbers, index)) {
      const wanted = new Set(run);
      const { offset, first } = index.blockOf(run[0] ?? 0);
      const last = run.at(-1) ?? 0;
      const lines = linesFrom(file, { offset, first, end: index.bytes });
      yield* pick(lines, (number) => wanted.has(number), last);
    }
  } finally {
    await file.close();
  }
}

async function* pick(
  lines: AsyncIterable<NumberedLine>,
  isWanted: (number: number) => boolean,
  last: number,
): AsyncGenerator<NumberedLine, void, undefined> {
  for await (const line of lines) {
    if (isWanted(line.number)) yield line;
    if (line.number >= last) return;
  }
}

/** Numbers that are read in one go: to seek costs more than to read over what is near. */
function runsOf(numbers: readonly number[], index: LogIndex): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const isNear =
      before !== undefined && index.blockOf(number).offset - index.blockOf(before).offset <= READ_BYTES;
    if (last !== undefined && isNear) last.push(number);
    else runs.push([number]);
  }
  return runs;
}

interface Stretch {
  readonly offset: number;
  readonly first: number;
  readonly end: number;
}

async function* linesFrom(
  file: FileHandle,
  { offset, first, end }: Stretch,
): AsyncGenerator<NumberedLine, void, undefined> {
  let [number, at, rest]: [number, number, Buffer] = [first, offset, Buffer.alloc(0)];
  while (at < end) {
    const size = Math.min(READ_BYTES, end - at);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, at);
    // Lines that were counted and are not written yet.
    if (bytesRead === 0) return;
    at += bytesRead;
    const bytes: Buffer = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let stop = bytes.indexOf(NEWLINE); stop !== -1; stop = bytes.indexOf(NEWLINE, start)) {
      yield { number, text: bytes.toString('utf8', start, stop) };
      number += 1;
      start = stop + 1;
    }
    rest = bytes.subarray(start);
  }
}
