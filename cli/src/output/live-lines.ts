import { stripVTControlCharacters } from 'node:util';
import { terminalColumns, type Io } from '../io.ts';
import { printable } from './printable.ts';

/** The last lines of a terminal, drawn over and over in place. What is shown is to fit its width. */
export class LiveLines {
  readonly #stream: Io['stderr'];
  #shown: readonly string[] = [];

  constructor(stream: Io['stderr']) {
    this.#stream = stream;
  }

  /** Columns that a line may have: in the last one some terminals wrap already. */
  get width(): number {
    return (terminalColumns(this.#stream) ?? 80) - 1;
  }

  /** Replaces what is shown, in one write, so that nothing flickers. */
  show(lines: readonly string[]): void {
    this.#stream.write(`${this.#erasure()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#shown = lines;
  }

  /** Replaces what is shown by text from outside that stays. */
  tell(text: string): void {
    this.#stream.write(`${this.#erasure()}${printable(text)}\n`);
    this.#shown = [];
  }

  clear(): void {
    if (this.#shown.length > 0) this.show([]);
  }

  /** A window that was made narrower since has wrapped the lines. */
  #erasure(): string {
    const columns = this.width + 1;
    const rows = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)),
      0,
    );
    return rows === 0 ? '' : `\u001b[${rows}A\u001b[J`;
  }
}
