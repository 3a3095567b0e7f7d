import { StringDecoder } from 'node:string_decoder';
import type { OutputChunk } from '../runners/job-runner.ts';

/** A longer line is cut into several. */
const LINE_LENGTH = 1_048_576;

/** Cuts what comes in pieces into lines, each stream for itself. */
export class OutputLines {
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #rest = { stdout: '', stderr: '' };

  add({ stream, bytes }: OutputChunk): readonly string[] {
    const text = this.#rest[stream] + this.#decoders[stream].write(Buffer.from(bytes));
    const lines = text.split('\n');
    let rest = lines.pop() ?? '';
    while (rest.length > LINE_LENGTH) {
      lines.push(rest.slice(0, LINE_LENGTH));
      rest = rest.slice(LINE_LENGTH);
    }
    this.#rest[stream] = rest;
    return lines.map(withoutReturn);
  }

  /** What was left without its line's end. */
  end(stream: OutputChunk['stream']): readonly string[] {
    const rest = this.#rest[stream] + this.#decoders[stream].end();
    this.#rest[stream] = '';
    return rest === '' ? [] : [withoutReturn(rest)];
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
