import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
  /** Default: deflated. */
  readonly stored?: boolean;
}

/** A zip as `jar` writes them: sizes stand in the central directory only. Checksums are left out. */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const file of files) {
    const offset = local.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const packed = file.stored === true ? Buffer.from(file.content) : deflateRawSync(file.content);
    local.push(localHeader(file), packed);
    directory.push(directoryEntry(file, packed.byteLength, offset));
  }
  const [body, central] = [Buffer.concat(local), Buffer.concat(directory)];
  return Buffer.concat([body, central, endRecord(files.length, central.byteLength, body.byteLength)]);
}

function localHeader({ name, stored = false }: ZipFile): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 6);
  header.writeUInt16LE(stored ? 0 : 8, 8);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
}

function directoryEntry({ name, content, stored = false }: ZipFile, packed: number, offset: number): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(stored ? 0 : 8, 10);
  entry.writeUInt32LE(packed, 20);
  entry.writeUInt32LE(content.byteLength, 24);
  entry.writeUInt16LE(Buffer.byteLength(name), 28);
  entry.writeUInt32LE(offset, 42);
  return Buffer.concat([entry, Buffer.from(name)]);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
