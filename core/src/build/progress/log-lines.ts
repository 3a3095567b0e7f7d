/** Longer lines are cut: a tool that writes no line ends must not fill the memory. */
const LINE_LENGTH = 4_096;

/**
 * Puts chunks of one stream together into lines. Characters and lines may be split anywhere between chunks;
 * what is no UTF-8 becomes U+FFFD. Of a line that is drawn over and over with `\r`, the last drawing counts.
 */
export class LogLines {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** Takes a chunk as BuildKit sends it, in base64, and gives the lines that it ends. */
  add(base64: string): readonly string[] {
    return this.#take(this.#decoder.decode(bytesOf(base64), { stream: true }));
  }

  /** The last line, when it has no end. */
  finish(): readonly string[] {
    const lines = this.#take(this.#decoder.decode());
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? lines : [...lines, lastDrawing(rest)];
  }

  #take(text: string): readonly string[] {
    const parts = (this.#rest + text).split('\n');
    this.#rest = keepEnd(parts.pop() ?? '');
    return parts.map(lastDrawing);
  }
}

function lastDrawing(line: string): string {
  const drawn = line.replace(/\r+$/, '');
  return drawn.slice(drawn.lastIndexOf('\r') + 1).slice(0, LINE_LENGTH);
}

/** Of an unfinished line: its last drawing, or as much as a line may have. */
function keepEnd(rest: string): string {
  if (rest.length <= LINE_LENGTH) return rest;
  const drawing = rest.slice(rest.lastIndexOf('\r', rest.length - 2) + 1);
  return drawing.slice(0, LINE_LENGTH);
}

function bytesOf(base64: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    return new Uint8Array();
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
