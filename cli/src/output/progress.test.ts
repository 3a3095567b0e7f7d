import { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestOf, type Digest } from '@xbundle/core';
import type { Io } from '../io.ts';
import { createProgress, type ProgressView } from './progress.ts';

/** A terminal of this many columns, with what was written to it. */
class Terminal extends Writable {
  readonly isTTY = true;
  written = '';
  columns: number;

  constructor(columns: number) {
    super();
    this.columns = columns;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.written += chunk.toString();
    done();
  }
}

const DIGESTS: readonly Digest[] = ['a', 'b', 'c'].map((text) => digestOf(Buffer.from(text)));
const SIZE = 987_654_321;

function start(terminal: Terminal): ProgressView {
  const io: Io = {
    stdin: Readable.from([]),
    stdout: terminal,
    stderr: terminal,
    env: {},
    signal: new AbortController().signal,
  };
  return createProgress(io, { mode: 'auto', quiet: false, verbose: false });
}

function fetchSome({ onProgress }: ProgressView): void {
  onProgress({ type: 'phase', phase: 'fetch', bytes: DIGESTS.length * SIZE, blobs: DIGESTS.length });
  for (const digest of DIGESTS) onProgress({ type: 'blob', digest, bytes: SIZE / 3, size: SIZE });
}

/** What a terminal shows at last: lines, of which the escape "so many rows up, and clear" takes some away. */
function screen({ written, columns }: Terminal): readonly string[] {
  const rows: string[] = [];
  for (const part of written.split(/(?=\u001b\[\d+A\u001b\[J)/)) {
    const up = /^\u001b\[(\d+)A/.exec(part)?.[1];
    if (up !== undefined) rows.splice(Math.max(0, rows.length - Number(up)));
    const lines = stripVTControlCharacters(part).split('\n').slice(0, -1);
    for (const line of lines) rows.push(...(line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']));
  }
  return rows;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('bars', () => {
  it.each([200, 80, 60, 40, 20])('take a line each on a terminal of %i columns', (columns) => {
    const terminal = new Terminal(columns);
    const view = start(terminal);
    fetchSome(view);
    vi.advanceTimersByTime(1000);
    const rows = screen(terminal);
    expect(rows).toHaveLength(DIGESTS.length + 1);
    for (const row of rows) expect(row.length).toBeLessThan(columns);
    expect(rows.at(-1)).toContain('fetching');
    expect(rows[0]?.includes('━')).toBe(columns >= 60);
    view.stop();
    expect(screen(terminal)).toEqual([]);
  });

  it('count no bytes where there are none to move', () => {
    const terminal = new Terminal(80);
    const view = start(terminal);
    view.onProgress({ type: 'phase', phase: 'resolve' });
    vi.advanceTimersByTime(150);
    expect(screen(terminal)).toEqual(['resolving …']);
    view.stop();
  });

  it('leave nothing behind on a terminal that was made narrower', () => {
    const terminal = new Terminal(80);
    const view = start(terminal);
    fetchSome(view);
    vi.advanceTimersByTime(150);
    terminal.columns = 50;
    // The terminal has wrapped what it showed.
    terminal.written = `${screen(terminal).join('\n')}\n`;
    view.stop();
    expect(screen(terminal)).toEqual([]);
  });

  it('stay below a warning, which stays', () => {
    const terminal = new Terminal(80);
    const view = start(terminal);
    fetchSome(view);
    vi.advanceTimersByTime(200);
    view.onProgress({ type: 'note', level: 'warning', message: 'the clock is slow' });
    vi.advanceTimersByTime(200);
    view.stop();
    expect(screen(terminal)).toEqual(['warning: the clock is slow']);
  });
});
