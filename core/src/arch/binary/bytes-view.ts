/** Whole numbers out of the first bytes of a file. What lies outside the bytes is undefined, never an error. */
export class BytesView {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, endian: 'little' | 'big') {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = endian === 'little';
  }

  u8(at: number): number | undefined {
    return this.#has(at, 1) ? this.#view.getUint8(at) : undefined;
  }

  u16(at: number): number | undefined {
    return this.#has(at, 2) ? this.#view.getUint16(at, this.#little) : undefined;
  }

  u32(at: number): number | undefined {
    return this.#has(at, 4) ? this.#view.getUint32(at, this.#little) : undefined;
  }

  /** Undefined for what a double cannot hold exactly: no offset in a real file is that large. */
  u64(at: number): number | undefined {
    if (!this.#has(at, 8)) return undefined;
    const value = Number(this.#view.getBigUint64(at, this.#little));
    return Number.isSafeInteger(value) ? value : undefined;
  }

  /** The bytes of a range, or undefined unless all of them are there. */
  slice(at: number, size: number): Uint8Array | undefined {
    return this.#has(at, size) ? this.#bytes.subarray(at, at + size) : undefined;
  }

  #has(at: number, size: number): boolean {
    return at >= 0 && size >= 0 && at + size <= this.#bytes.byteLength;
  }
}

/** The Latin-1 text up to the first NUL. */
export function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end === -1 ? bytes.byteLength : end).toString('latin1');
}
