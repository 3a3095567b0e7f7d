import { performance } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import {
  formatBytes,
  shortDigest,
  type OnProgress,
  type ProgressEvent,
  type ProgressPhase,
} from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import { LiveLines } from './live-lines.ts';
import { printable } from './printable.ts';
import { ProgressReducer, RateMeter, type BlobProgress } from './progress-state.ts';
import { paintFor, type Paint } from './style.ts';
import { elide } from './table.ts';
import { formatDuration } from './units.ts';

export const PROGRESS_MODES = ['auto', 'bar', 'plain', 'json', 'none'] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

/** Shows long work on stderr; `stop` leaves the terminal clean. */
export interface ProgressView {
  readonly onProgress: OnProgress;
  stop(): void;
}

export interface ProgressOptions {
  readonly mode: ProgressMode;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

const PHASES: Readonly<Record<ProgressPhase, string>> = {
  resolve: 'resolving',
  save: 'saving from the engine',
  fetch: 'fetching',
  verify: 'verifying',
  load: 'loading',
  push: 'pushing',
  'read-back': 'asking the target',
};

const PLAIN_INTERVAL_MS = 5_000;
const FRAME_MS = 100;
const BAR_WIDTH = 24;
const NARROWEST_BAR = 6;
const WIDEST_AMOUNT = '99.9 MB of 99.9 MB'.length;
const GAP = '  ';
const MAX_BLOB_LINES = 6;

/** `auto`: bars on a terminal, plain lines elsewhere. */
export function createProgress(io: Io, options: ProgressOptions): ProgressView {
  const isTerminal = terminalColumns(io.stderr) !== undefined && io.env['TERM'] !== 'dumb';
  const mode = options.mode === 'auto' ? (isTerminal ? 'bar' : 'plain') : options.mode;
  if (mode === 'json') return jsonProgress(io.stderr);
  if (mode === 'none' || options.quiet) return { onProgress: () => undefined, stop: () => undefined };
  return mode === 'bar' ? new Bars(io, options.verbose) : new PlainLines(io.stderr, options.verbose);
}

/** One event a line (NDJSON), with its time in seconds since the start. */
function jsonProgress(stream: Writable): ProgressView {
  const start = performance.now();
  return {
    onProgress: (event) => {
      const time = Math.round(performance.now() - start) / 1000;
      stream.write(`${JSON.stringify({ time, ...event })}\n`);
    },
    stop: () => undefined,
  };
}

/** What an event is worth telling by itself, whatever else is shown. */
function messageOf(event: ProgressEvent, verbose: boolean): string | undefined {
  if (event.type === 'note') {
    return printable(event.level === 'warning' ? `warning: ${event.message}` : event.message);
  }
  if (event.type === 'retry') {
    const wait = event.waitMs > 0 ? ` in ${formatDuration(event.waitMs / 1000)}` : '';
    return printable(`trying ${event.what} again${wait}: ${event.reason}`);
  }
  if (!verbose || event.type !== 'blob-done') return undefined;
  return `${shortDigest(event.digest)}  ${formatBytes(event.size)}  ${event.how}`;
}

class PlainLines implements ProgressView {
  readonly #stream: Writable;
  readonly #verbose: boolean;
  readonly #reducer = new ProgressReducer();
  readonly #rate = new RateMeter();
  #told = performance.now();

  constructor(stream: Writable, verbose: boolean) {
    this.#stream = stream;
    this.#verbose = verbose;
  }

  readonly onProgress = (event: ProgressEvent): void => {
    this.#reducer.add(event);
    const message = messageOf(event, this.#verbose);
    if (message !== undefined) this.#stream.write(`${message}\n`);
    const now = performance.now();
    if (event.type === 'phase' && event.phase !== 'resolve') {
      this.#told = now;
      this.#stream.write(
        `${PHASES[event.phase]}${event.bytes === undefined ? '' : ` ${formatBytes(event.bytes)}`}\n`,
      );
    }
    if (now - this.#told < PLAIN_INTERVAL_MS) return;
    this.#told = now;
    this.#rate.add(now, this.#reducer.moved);
    this.#stream.write(`${summaryLine(this.#reducer, this.#rate.bytesPerSecond)}\n`);
  };

  stop(): void {
    // Lines need no cleaning up.
  }
}

/** `fetching 120 MB of 354 MB (34 %), 61 of 122 blobs, 80 MB/s, 3 s left`; where it is narrow, less of that. */
function summaryLine(reducer: ProgressReducer, rate: number, width = Infinity): string {
  const { phase, done, total, blobs } = reducer.state;
  const isCounted = blobs.total !== undefined && blobs.total > 0 && blobs.done > 0;
  const whole = [...(phase === undefined ? [] : [PHASES[phase]]), amount(done, total)].join(' ');
  const count = isCounted ? [`${blobs.done} of ${blobs.total} blobs`] : [];
  const speed = rate > 0 ? [`${formatBytes(rate)}/s`] : [];
  const left = rate > 0 ? timeLeft(done, total, rate) : [];
  const lines = [[...count, ...speed, ...left], [...speed, ...left], left].map((parts) =>
    [whole, ...parts].join(', '),
  );
  return lines.find((line) => line.length <= width) ?? elide(whole, width);
}

/** Questions move no bytes: what is under way then has three dots. */
function amount(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return done === 0 ? '…' : formatBytes(done);
  const percent = Math.min(100, Math.floor((done / total) * 100));
  return `${formatBytes(done)} of ${formatBytes(total)} (${percent} %)`;
}

function timeLeft(done: number, total: number | undefined, rate: number): readonly string[] {
  return total === undefined || total <= done ? [] : [`${formatDuration((total - done) / rate)} left`];
}

/** Redraws a few lines in place: blobs under way, then the whole. */
class Bars implements ProgressView {
  readonly #verbose: boolean;
  readonly #paint: Paint;
  readonly #lines: LiveLines;
  readonly #reducer = new ProgressReducer();
  readonly #rate = new RateMeter();
  readonly #timer: NodeJS.Timeout;

  constructor(io: Io, verbose: boolean) {
    this.#verbose = verbose;
    this.#paint = paintFor(io.stderr, io.env);
    this.#lines = new LiveLines(io.stderr);
    this.#timer = setInterval(() => {
      this.#draw();
    }, FRAME_MS);
    this.#timer.unref();
  }

  readonly onProgress = (event: ProgressEvent): void => {
    this.#reducer.add(event);
    const message = messageOf(event, this.#verbose);
    if (message !== undefined) this.#lines.tell(message);
  };

  stop(): void {
    clearInterval(this.#timer);
    this.#lines.clear();
  }

  #draw(): void {
    this.#rate.add(performance.now(), this.#reducer.moved);
    const { active, phase } = this.#reducer.state;
    if (phase === undefined) return;
    const { width } = this.#lines;
    this.#lines.show([
      ...active.slice(0, MAX_BLOB_LINES).map((blob) => this.#blobLine(blob, width)),
      summaryLine(this.#reducer, this.#rate.bytesPerSecond, width),
    ]);
  }

  /** `sha256:466a03827c41  ━━━━━━────  2.6 MB of 20.0 MB`; what is narrow has a shorter bar, or none. */
  #blobLine({ digest, bytes, size }: BlobProgress, width: number): string {
    const name = shortDigest(digest);
    const moved = `${formatBytes(bytes)} of ${formatBytes(size)}`;
    const room = Math.min(BAR_WIDTH, width - name.length - WIDEST_AMOUNT - 2 * GAP.length);
    if (room < NARROWEST_BAR) return elide([name, moved].join(GAP), width);
    const filled = size === 0 ? room : Math.min(room, Math.floor((bytes / size) * room));
    const bar = this.#paint('green', '━'.repeat(filled)) + this.#paint('dim', '─'.repeat(room - filled));
    return [name, bar, moved].join(GAP);
  }
}
