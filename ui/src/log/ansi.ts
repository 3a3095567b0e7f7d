/** A run of characters that look alike. `color` is one of the sixteen of a terminal. */
export interface Segment {
  readonly text: string;
  readonly color?: number;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

type Look = Omit<Segment, 'text'>;

/** Escape sequences: CSI, with its parameters and final byte; OSC, DCS and the like up to their end; others. */
const ESCAPE =
  /\u001b\[([0-9;:]*)([ -/]*[@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]?|\u009b[0-9;:]*[ -/]*[@-~]/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const HIDDEN = /[\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * A line of a terminal as text with looks. Nothing of it can do anything: of all escape sequences only colours and
 * weights are understood, control characters are dropped, and characters that reorder text are spelled out.
 */
export function parseAnsi(line: string): readonly Segment[] {
  const segments: Segment[] = [];
  let look: Look = {};
  let from = 0;
  for (const match of line.matchAll(ESCAPE)) {
    push(segments, line.slice(from, match.index), look);
    from = match.index + match[0].length;
    if (match[2] === 'm') look = applyCodes(look, match[1] ?? '');
  }
  push(segments, line.slice(from), look);
  return segments;
}

/** The text alone, for searching and copying. */
export function stripAnsi(line: string): string {
  return parseAnsi(line)
    .map(({ text }) => text)
    .join('');
}

function push(segments: Segment[], raw: string, look: Look): void {
  const text = raw
    .replace(CONTROL, '')
    .replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (text !== '') segments.push({ text, ...look });
}

function applyCodes(look: Look, codes: string): Look {
  const numbers = codes.split(/[;:]/).map(Number);
  let next = look;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    // Of colours beyond the sixteen nothing is known about contrast: their text keeps the page's own colour.
    if (code === 38 || code === 48) at += numbers[at + 1] === 2 ? 4 : 2;
    else next = applyCode(next, code);
  }
  return next;
}

function applyCode(look: Look, code: number): Look {
  if (code === 0) return {};
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return without(look, 'bold', 'dim');
  if (code === 39) return without(look, 'color');
  if (code >= 30 && code <= 37) return { ...look, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, color: code - 90 + 8 };
  return look;
}

function without(look: Look, ...names: readonly string[]): Look {
  return Object.fromEntries(Object.entries(look).filter(([name]) => !names.includes(name)));
}
