import { type Io, terminalColumns } from '../io.ts';
import type { Writable } from 'node:stream';

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export type Paint = (colour: Colour, text: string) => string;

/** Colours for one stream: only on a terminal, and never when NO_COLOR is set (no-color.org). */
export function paintFor(stream: Writable, env: Io['env']): Paint {
  const plain = terminalColumns(stream) === undefined || Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  if (plain) return (_, text) => text;
  return (colour, text) => {
    const [open, close] = CODES[colour];
    return `\u001b[${open}m${text}\u001b[${close}m`;
  };
}
